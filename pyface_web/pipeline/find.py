"""The faces of many pictures, one after the other, each as soon as it is found.

A picture that cannot be read ends nothing: it comes with its error, and the next one follows.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sized
from dataclasses import dataclass
from typing import Any

from pyface_web.errors import InputError
from pyface_web.pictures.given import PictureLike
from pyface_web.pictures.source import resolve
from pyface_web.pipeline.nets import nets, session
from pyface_web.pipeline.stages import check_options
from pyface_web.pipeline.tasks import ComposableTask, DetectAllFacesTask
from pyface_web.values.geometry import Dimensions
from pyface_web.values.given import truth
from pyface_web.values.numeric import shown
from pyface_web.values.options import DetectorOptions
from pyface_web.values.picture_faces import PictureFaces, name_of_picture

_AHEAD = 2  # pictures that are looked at: while a net computes, the next one is decoded


@dataclass(frozen=True)
class Wanted:
    """What is to be known of each face of a picture."""

    options: DetectorOptions
    landmarks: bool
    descriptors: bool
    expressions: bool
    age_and_gender: bool

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


class FoundFaces(AsyncIterator[PictureFaces]):
    """What `find_faces` gives: the faces of each picture, in their order.

    Whoever leaves its loop early ends what is under way: `await found.aclose()`.
    """

    def __init__(self, pictures: Iterable[PictureLike], wanted: Wanted) -> None:
        self._pictures = pictures
        self._found = _found(pictures, wanted)

    def __aiter__(self) -> FoundFaces:
        return self

    async def __anext__(self) -> PictureFaces:
        return await anext(self._found)

    def __len__(self) -> int:
        """How many pictures there are; TypeError where they do not say."""
        if isinstance(self._pictures, Sized):
            return len(self._pictures)
        raise TypeError("find_faces: these pictures do not say how many they are; pass a list")

    async def aclose(self) -> None:
        """End it; pictures that were not looked at are left."""
        await self._found.aclose()


def find_faces(
    pictures: Iterable[PictureLike],
    options: DetectorOptions | None = None,
    *,
    landmarks: bool = False,
    descriptors: bool = False,
    expressions: bool = False,
    age_and_gender: bool = False,
) -> FoundFaces:
    """The faces of many pictures, each as soon as they are found, in the order of the pictures.

    pictures: paths, or whatever `detect_all_faces` takes; a generator is asked as they are needed.
    options: of the detector; their class says which, SSD MobileNetV1 by default.
    landmarks, descriptors, expressions, age_and_gender: what else to find of each face.

    ```python
    found = faceapi.find_faces(sorted(Path("photos").glob("*.jpg")), descriptors=True)
    async for picture in tqdm(found):
        if picture.error:
            print(picture.name, picture.error)  # the others go on
        for face in picture.faces: ...
    ```

    A picture that cannot be read has an `error` in place of faces. All else is raised: a net that
    is not loaded would be missing for each of them. Raises InputError for what is no list of
    pictures, OptionsError for other options.
    """
    if isinstance(pictures, str | bytes) or not isinstance(pictures, Iterable):
        raise InputError(
            f"find_faces: expected pictures, got {shown(pictures)}; of a folder, "
            'sorted(Path(folder).glob("*.jpg")) are all; of one picture, '
            "detect_all_faces(picture) finds the faces"
        )
    wanted = Wanted(
        check_options(options),
        *(
            truth(value, f"find_faces: {name}")
            for name, value in (
                ("landmarks", landmarks),
                ("descriptors", descriptors),
                ("expressions", expressions),
                ("age_and_gender", age_and_gender),
            )
        ),
    )
    return FoundFaces(pictures, wanted)


async def _found(
    pictures: Iterable[PictureLike], wanted: Wanted
) -> AsyncGenerator[PictureFaces, None]:
    running: deque[asyncio.Task[PictureFaces]] = deque()
    try:
        for number, picture in enumerate(pictures):
            running.append(asyncio.create_task(_faces_of(picture, number, wanted)))
            if len(running) == _AHEAD:
                yield await running.popleft()
        while running:
            yield await running.popleft()
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _faces_of(source: object, number: int, wanted: Wanted) -> PictureFaces:
    name = name_of_picture(source, number)
    try:
        picture = await resolve(source)
        faces = await wanted.task(picture)
    except InputError as error:
        return PictureFaces(name, (), None, error)
    return PictureFaces(name, tuple(faces), Dimensions(picture.width, picture.height))
