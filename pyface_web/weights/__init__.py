"""Weight files: manifest and shards of face-api.js, from URL or bytes to checked tensors."""
