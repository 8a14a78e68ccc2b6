"""Names of face-api.js that exist for its users only; nothing else here imports them."""
