"""What can be passed as a picture, how it is fetched, resized and cut, and the canvases for it."""
