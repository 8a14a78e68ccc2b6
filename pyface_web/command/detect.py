"""`pyface-web detect`: the faces of image files."""

from __future__ import annotations

import argparse
import asyncio
import sys
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TextIO

from pyface_files.disk import on_disk
from pyface_web import api
from pyface_web.command.counting import Counter
from pyface_web.command.encoding import UNWRITABLE, let_programs_read_utf8
from pyface_web.command.files import STANDARD_INPUT, drawn_path, names_of, picture_of
from pyface_web.command.options import Commands, add_command, count, fraction, input_size
from pyface_web.command.writing import Json, Lines, Table, Writer
from pyface_web.draw.annotate import annotate
from pyface_web.engine import registry
from pyface_web.pipeline.find import find_faces
from pyface_web.pipeline.nets import NeuralNetwork, nets
from pyface_web.values.options import (
    DetectorOptions,
    MtcnnOptions,
    SsdMobilenetv1Options,
    TinyFaceDetectorOptions,
)

_FORMATS = {".json": "json", ".jsonl": "jsonl", ".csv": "csv"}
_DETECTORS = {"tiny": nets.tiny_face_detector, "ssd": nets.ssd_mobilenetv1, "mtcnn": nets.mtcnn}
_BACKENDS = [name for name in registry.names() if name not in ("webgl", "wasm")]  # of pages
_FIRST_OF_MTCNN = (0.6, 0.7)  # what its first two nets let pass, by default


def add_to(commands: Commands) -> None:
    """Declare the command."""
    parser = add_command(
        commands,
        "detect",
        "find faces in image files",
        "Find the faces of image files, on the processor, without a browser. Weights that are not "
        "on this machine are downloaded once. A file that cannot be read is named, with the "
        "reason, and the others still come out; the exit status then is 1.",
        "pyface-web detect photo.jpg\n"
        "pyface-web detect --detector tiny --landmarks *.jpg --annotated marked\n"
        'pyface-web detect --age-gender --expressions "photos/**/*.jpg" -o faces.csv\n'
        "pyface-web detect --descriptors --format jsonl *.jpg | jq .faces[0].score\n"
        "curl https://example.org/photo.jpg | pyface-web detect -",
    )
    parser.set_defaults(run=run)
    parser.add_argument(
        "images",
        nargs="+",
        metavar="IMAGE",
        help="image files, patterns of their names (** for folders in folders), or - for standard "
        "input",
    )
    parser.add_argument(
        "--detector",
        choices=tuple(_DETECTORS),
        default="ssd",
        help="tiny: fast, for large faces; ssd: finds more; mtcnn: any size, slower on large "
        "pictures (default: ssd)",
    )
    parser.add_argument(
        "--min-confidence",
        type=fraction,
        metavar="S",
        help="leave out faces below this score, above 0 and below 1 (default: 0.5; mtcnn 0.7)",
    )
    parser.add_argument("--landmarks", action="store_true", help="add 68 points to each face")
    parser.add_argument(
        "--descriptors",
        action="store_true",
        help="add 128 numbers to each face that tell people apart (includes --landmarks)",
    )
    parser.add_argument(
        "--expressions", action="store_true", help="add seven probabilities to each face"
    )
    parser.add_argument(
        "--age-gender", action="store_true", help="add age, gender and its probability to each face"
    )
    parser.add_argument(
        "--min-face-size",
        type=count,
        metavar="N",
        help="side of the smallest faces that mtcnn looks for, in pixels (default: 20)",
    )
    parser.add_argument(
        "--input-size",
        type=input_size,
        metavar="N",
        help="side of the picture that the tiny detector sees, a multiple of 32 (default: 416)",
    )
    parser.add_argument(
        "--models",
        metavar="FOLDER",
        help="folder, or address of one, with the weights (default: see `pyface-web models where`)",
    )
    parser.add_argument(
        "--backend",
        choices=_BACKENDS,
        help="what computes (default: onnx where onnxruntime is installed, else reference, NumPy)",
    )
    parser.add_argument(
        "--format",
        choices=tuple(_FORMATS.values()),
        help="json: an array with an object for each file; jsonl: an object a line; csv: a line "
        "for each face (default: as the name of --output ends, else json)",
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write here, not to standard output"
    )
    parser.add_argument(
        "--annotated", type=Path, metavar="FOLDER", help="write a PNG with the faces drawn for each"
    )
    parser.add_argument(
        "-q", "--quiet", action="store_true", help="say nothing of how far it is, but what fails"
    )


def run(arguments: argparse.Namespace) -> int:
    """Find the faces of all files; 1 if one of them failed, else 0."""
    with on_disk(), _opened(arguments.output) as stream:
        return asyncio.run(_run(arguments, stream))


async def _run(arguments: argparse.Namespace, stream: TextIO) -> int:
    names = list(names_of(arguments.images))
    counter = Counter(len(names), quiet=arguments.quiet)
    if arguments.backend:
        await api.set_backend(arguments.backend)
    for net in _nets(arguments):
        await net.load(arguments.models)
    backend = await api.get_backend()
    writer = _writer(arguments, stream)
    taken = {Path(name).resolve() for name in names if name != STANDARD_INPUT}
    failed = False
    given = [picture_of(name) for name in names]
    found_faces = find_faces(
        given,
        _options(arguments),
        landmarks=arguments.landmarks,
        descriptors=arguments.descriptors,
        expressions=arguments.expressions,
        age_and_gender=arguments.age_gender,
    )
    with closing(writer), _warnings_by(counter):
        for name, source in zip(names, given, strict=True):
            found = await anext(found_faces)
            if found.error is not None:
                failed = True
                said = str(found.error)
                counter.note(said if repr(name) in said else f"{name}: {said}")
                counter.count(None)
                continue
            writer.add(name, found, backend)
            if arguments.annotated is not None:
                target = drawn_path(arguments.annotated, name, taken)
                target.parent.mkdir(parents=True, exist_ok=True)
                (await annotate(source, found)).save(target)
            counter.count(len(found))
    return int(failed)


def _nets(arguments: argparse.Namespace) -> Iterator[NeuralNetwork]:
    yield _DETECTORS[arguments.detector]
    if arguments.landmarks or arguments.descriptors:
        yield nets.face_landmark68_net
    if arguments.descriptors:
        yield nets.face_recognition_net
    if arguments.expressions:
        yield nets.face_expression_net
    if arguments.age_gender:
        yield nets.age_gender_net


def _options(arguments: argparse.Namespace) -> DetectorOptions:
    least = arguments.min_confidence
    given: dict[str, Any]
    kind: type[DetectorOptions]
    if arguments.detector == "ssd":
        kind, given = SsdMobilenetv1Options, {"min_confidence": least}
    elif arguments.detector == "mtcnn":
        thresholds = None if least is None else (*_FIRST_OF_MTCNN, least)
        kind = MtcnnOptions
        given = {"min_face_size": arguments.min_face_size, "score_thresholds": thresholds}
    else:
        kind = TinyFaceDetectorOptions
        given = {"score_threshold": least, "input_size": arguments.input_size}
    return kind(**{name: value for name, value in given.items() if value is not None})


# --- where it goes


@contextmanager
def _opened(output: Path | None) -> Iterator[TextIO]:
    if output is None:
        let_programs_read_utf8()
        yield sys.stdout
        return
    output.parent.mkdir(parents=True, exist_ok=True)
    with output.open("w", encoding="utf-8", errors=UNWRITABLE, newline="") as stream:
        yield stream


def _writer(arguments: argparse.Namespace, stream: TextIO) -> Writer:
    suffix = "" if arguments.output is None else arguments.output.suffix.lower()
    chosen = arguments.format or _FORMATS.get(suffix, "json")
    if chosen == "csv":
        points = arguments.landmarks or arguments.descriptors
        return Table(stream, points=points, descriptors=arguments.descriptors)
    return Lines(stream) if chosen == "jsonl" else Json(stream)


@contextmanager
def _warnings_by(counter: Counter) -> Iterator[None]:
    """Say what is warned of meanwhile in a line each."""

    def show(message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
        if not issubclass(category, DeprecationWarning):
            counter.note(f"warning: {message}")

    with warnings.catch_warnings():
        warnings.simplefilter("default")
        warnings.showwarning = show
        yield
