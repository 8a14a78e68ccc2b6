"""What finds the faces of a picture in any process: it can be pickled, and so can what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyface_web.blocking import result_of
from pyface_web.errors import InputError
from pyface_web.loops import Lock
from pyface_web.pictures.given import PictureLike
from pyface_web.pictures.source import resolve
from pyface_web.pipeline.nets import NeuralNetwork, nets, session
from pyface_web.pipeline.stages import DETECTORS, STAGES, check_options
from pyface_web.pipeline.tasks import ComposableTask, DetectAllFacesTask
from pyface_web.values.geometry import Dimensions
from pyface_web.values.given import truth
from pyface_web.values.options import DetectorOptions
from pyface_web.values.picture_faces import PictureFaces, name_of_picture
from pyface_web.weights.load import Place

_loading = Lock()  # so that calls of many threads load a net once


@dataclass(frozen=True)
class Wanted:
    """What is to be known of each face of a picture."""

    options: DetectorOptions
    landmarks: bool
    descriptors: bool
    expressions: bool
    age_and_gender: bool

    @classmethod
    def of(cls, what: str, options: DetectorOptions | None, **parts: object) -> Wanted:
        """From what a caller gave; OptionsError for other options, InputError for other parts."""
        given = {name: truth(value, f"{what}: {name}") for name, value in parts.items()}
        return cls(check_options(options), **given)

    def nets(self) -> dict[str, NeuralNetwork]:
        """The nets that find it, by name."""
        names = [DETECTORS[type(self.options)][0]]
        for part in ("landmarks", "descriptors", "expressions", "age_and_gender"):
            if getattr(self, part) or (part == "landmarks" and self.descriptors):
                names.append(STAGES[part].net)
        return {name: nets[name] for name in names}

    def task(self, picture: object) -> ComposableTask[Any]:
        """The chain that finds it."""
        task: Any = DetectAllFacesTask(session, nets, picture, self.options)
        if self.landmarks or self.descriptors:
            task = task.with_face_landmarks()
        if self.descriptors:
            task = task.with_face_descriptors()
        if self.expressions:
            task = task.with_face_expressions()
        if self.age_and_gender:
            task = task.with_age_and_gender()
        found: ComposableTask[Any] = task
        return found


async def faces_of(source: object, number: int, wanted: Wanted) -> PictureFaces:
    """The faces of a picture, or why it could not be read. number: its place, for its name."""
    name = name_of_picture(source, number)
    try:
        picture = await resolve(source)
        faces = await wanted.task(picture)
    except InputError as error:
        return PictureFaces(name, (), None, error)
    return PictureFaces(name, tuple(faces), Dimensions(picture.width, picture.height))


class FaceFinder:
    """A function from a picture to its PictureFaces, for processes of your own: Dask, Spark, Ray.

    options: of the detector; their class says which, SSD MobileNetV1 by default.
    landmarks, descriptors, expressions, age_and_gender: what else to find of each face.
    models: where the nets are, as `load_ssd_mobilenetv1_model` takes it.

    ```python
    finder = faceapi.FaceFinder(descriptors=True)
    bag = dask.bag.from_sequence(paths, npartitions=8)
    rows = bag.map(finder).map(faceapi.to_records).flatten().compute()
    ```

    It can be pickled, and weighs a few hundred bytes: each process loads the nets once, with the
    first picture. The call is a plain one, as those of `pyface_web.sync`; a picture that cannot be
    read gives an `error` in place of faces. Raises OptionsError for other options, InputError for
    other parts.
    """

    def __init__(
        self,
        options: DetectorOptions | None = None,
        *,
        landmarks: bool = False,
        descriptors: bool = False,
        expressions: bool = False,
        age_and_gender: bool = False,
        models: Place = None,
    ) -> None:
        self._wanted = Wanted.of(
            "FaceFinder",
            options,
            landmarks=landmarks,
            descriptors=descriptors,
            expressions=expressions,
            age_and_gender=age_and_gender,
        )
        self._models = models

    def __call__(self, picture: PictureLike) -> PictureFaces:
        return result_of(self._find(picture), "detect_all_faces(...)", session.is_held_in)

    async def _find(self, picture: PictureLike) -> PictureFaces:
        async with _loading.held():
            for net in self._wanted.nets().values():
                if not net.is_loaded:
                    await net.load(self._models)
        return await faces_of(picture, 0, self._wanted)

    def __repr__(self) -> str:
        return f"FaceFinder({', '.join(self._wanted.nets())})"
