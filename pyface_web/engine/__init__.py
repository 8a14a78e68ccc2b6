"""Runs nets: the session, the backends it can use, and what shows how they do it."""
