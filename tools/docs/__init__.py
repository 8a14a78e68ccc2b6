"""The pages of dist/docs/: the API reference, the differences from face-api.js, and its names."""
