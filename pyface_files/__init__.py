"""Third-party files by their SHA-256, from the first of several sources that has the right bytes.

Needs the standard library only: build.py uses it on a bare Python, before anything is installed,
and pyface_web for the weights that nobody gave an address of.
"""
