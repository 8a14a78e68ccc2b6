"""Neural nets as immutable graphs: one definition, read as parameters, reference and WebGL plan."""
