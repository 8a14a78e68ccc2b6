"""Descriptors of the same chips, by our net and by dlib's, whose weights ours are, in 8 bits."""

from __future__ import annotations

import numpy as np
from PIL import Image

from pyface_web.engine.reference.run import run
from pyface_web.models.face_recognition import FACE_RECOGNITION
from tests import second_oracle
from tests.reference.nets import weighted
from tools.assets import path_of

FACES = [(365, 390, 588, 613), (1489, 582, 1596, 689)]  # two people in the sample
# Measured with 20 faces of the samples: 0.034 to 0.044, where two people are 0.6 apart.
FURTHEST = 0.05


def test_rounded_weights_give_almost_the_same_descriptor():
    image = np.array(Image.open(path_of("images/sample1.jpg")).convert("RGB"))
    points = [second_oracle.points_of(image, box) for box in FACES]
    chips = [second_oracle.chip(image, found) for found in points]
    net = weighted(FACE_RECOGNITION)
    entered = net.architecture.entering(np.stack(chips).astype(np.float32))
    got = run(net.graph(150), entered, net.arrays)["descriptor"].reshape(-1, 128)
    want = np.stack([second_oracle.descriptor(chip) for chip in chips])
    assert np.linalg.norm(got - want, axis=1).max() <= FURTHEST
    # They are descriptors: these two people are further apart.
    assert np.linalg.norm(want[0] - want[1]) > 0.5
