"""The command `pyface-web`: faces of files from the shell, and the weights of this machine."""
