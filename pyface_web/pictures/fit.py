"""Where a crop of a picture lies in the square input of a net, of whatever kind that is."""

from __future__ import annotations

from pyface_web.pictures.letterbox import Letterbox, Stretch
from pyface_web.pictures.similarity import Similarity

Fit = Letterbox | Stretch | Similarity
"""All crops of one run have the same kind."""
