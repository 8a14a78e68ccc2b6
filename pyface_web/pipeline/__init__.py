"""What nets make of a picture: detection, what is added to each face, tasks that chain it."""
