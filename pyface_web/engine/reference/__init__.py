"""What every op means, in plain NumPy: the definition the shaders are tested against."""
