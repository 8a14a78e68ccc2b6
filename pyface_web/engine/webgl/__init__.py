"""The WebGL2 backend: graphs become plans of draws, plans run through one small bridge."""
