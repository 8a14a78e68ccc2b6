"""A net that is added: its architecture, what decodes it, its stage, and a row with its class.

Nothing else is touched, and it can be loaded, used in a chain, called from JavaScript, and is in
the tables that the build writes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from pyface_web import api, errors, messages
from pyface_web.engine.session import View
from pyface_web.graph import nn
from pyface_web.graph.node import Node
from pyface_web.models.architecture import MEAN_RGB, Architecture
from pyface_web.pipeline import stages
from pyface_web.pipeline.nets import NeuralNetwork, nets
from pyface_web.pipeline.stages import Faces, Stage
from pyface_web.values.geometry import Box
from pyface_web.values.results import FaceResult
from pyface_web.weights.model import Model
from tests.waiting import wait
from tools.tables.render import tables

PICTURE = np.full((48, 48, 3), 200, np.uint8)
FACE = {"score": 0.9, "box": [0.25, 0.25, 0.5, 0.5], "size": [48, 48]}


# --- models/trial.py: the architecture


def trial(image: Node) -> dict[str, Node]:
    """(8, 8, 3) -> "years" (1, 1, 1)."""
    return {"years": nn.dense(nn.global_mean(image), "fc", 1)}


TRIAL = Architecture(
    name="trial_net",
    model_name="trial_model",
    words="the trial model",
    build=trial,
    size=8,
    mean=MEAN_RGB,
    scale=1 / 255,
    fit="letterbox_centred",
)


# --- models/decode/trial.py


def decode_years(raw: Any) -> list[float]:
    """(N, 1, 1, 1) to years."""
    return [float(value) for value in np.abs(raw).reshape(-1)]


# --- pipeline/stages.py: what it adds to a face


async def add_years(view: View, net: Model, faces: Faces) -> list[FaceResult]:
    found = [face if isinstance(face, FaceResult) else FaceResult(face) for face in faces]
    crops: Sequence[Box] = [face.detection.box.floor() for face in found]
    outputs, _ = await view.infer(net, crops)
    years = decode_years(outputs["years"])
    return [replace(face, age=age, gender="male", gender_probability=1.0)  # type: ignore[arg-type]
            for face, age in zip(found, years, strict=True)]  # fmt: skip


# --- pipeline/nets.py: its class, and its row of the list


class TrialNet(NeuralNetwork):
    """Guesses years."""

    ARCHITECTURE = TRIAL


@pytest.fixture(autouse=True)
def added(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(vars(nets), "trial_net", TrialNet())
    monkeypatch.setitem(stages.STAGES, "trial", Stage("trial_net", add_years))
    nets["trial_net"].key = "trial_net"
    yield
    api.session.forget("trial_net")


def ask(**message: Any) -> Any:
    answer = asyncio.run(messages.handle(message))
    assert "error" not in answer, answer["error"]
    return answer["value"]


WEIGHTS = np.array([0.5, -0.25, 1], np.float32)


def test_it_says_how_to_load_it() -> None:
    with pytest.raises(
        errors.NotLoadedError, match=r"await faceapi.nets\.trial_net\.load\('/models'\)"
    ):
        wait(api.warmup(nets["trial_net"]))


def test_it_can_be_used_from_python_and_from_javascript() -> None:
    ask(call="load", net="trial_net", weights=WEIGHTS)
    assert "trial_net" in messages.loaded() and nets.trial_net.is_loaded  # type: ignore[attr-defined]
    wait(api.warmup())
    (face,) = ask(call="faces", input=PICTURE, faces=[FACE], stages=["trial"])
    entering = (200 - np.array(MEAN_RGB)) / 255
    assert face["age"] == pytest.approx(abs(entering @ WEIGHTS), rel=1e-5)
    ask(call="dispose", net="trial_net")
    assert "trial_net" not in messages.loaded()


def test_pages_can_have_more_of_its_kind() -> None:
    own = {"id": 77, "kind": "trial_net"}
    ask(call="load", net=own, weights=2 * WEIGHTS)
    assert 77 in messages.loaded()
    ask(call="dispose", net=own)


def test_it_is_in_the_tables_of_javascript() -> None:
    assert tables()["NETS"][-1] == {
        "name": "trial_net",
        "attribute": "trialNet",
        "className": "TrialNet",
        "option": "trial",
        "words": "the trial model",
        "model": "trial_model",
    }
