"""pyface.d.ts of the site: TypeScript's declarations of the JavaScript face.

What there is, is read from the JavaScript of `site/` (`javascript.py`). Of what type it is, from
the hints of the functions of Python that do the same (`python.py`, `hints.py`, `signatures.py`),
and what hints cannot say from one table in TypeScript, `known.d.ts`. What it does, from the
comments and docstrings of both (`comments.py`).
"""
