"""tables.js of the site: the facts that both languages need, written from Python's dataclasses."""
