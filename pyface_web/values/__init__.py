"""What goes in and comes out: numbers, geometry, landmarks, results, options."""
