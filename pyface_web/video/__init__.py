"""Faces of a video from frame to frame: camera, frames, tracking, drawing at the display's rate."""
