"""The faces of many pictures, one after the other, each as soon as it is found.

A picture that cannot be read ends nothing: it comes with its error, and the next one follows.
"""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sized

from pyface_web.errors import InputError
from pyface_web.host import IN_BROWSER
from pyface_web.pictures.given import PictureLike
from pyface_web.pipeline.finder import Wanted, faces_of
from pyface_web.pipeline.processes import found_by
from pyface_web.values.numeric import shown, whole
from pyface_web.values.options import DetectorOptions
from pyface_web.values.picture_faces import PictureFaces

MOST_WORKERS = 61 if sys.platform == "win32" else 256  # one can wait for no more there
_AHEAD = 2  # pictures that are looked at: while a net computes, the next one is decoded


class FoundFaces(AsyncIterator[PictureFaces]):
    """What `find_faces` gives: the faces of each picture, in their order.

    Whoever leaves its loop early ends what is under way: `await found.aclose()`.
    """

    def __init__(self, pictures: Iterable[PictureLike], wanted: Wanted, workers: int) -> None:
        self._pictures = pictures
        many = workers > 1
        self._found = found_by(pictures, wanted, workers) if many else _found(pictures, wanted)

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
    workers: int = 1,
) -> FoundFaces:
    """The faces of many pictures, each as soon as they are found, in the order of the pictures.

    pictures: paths, or whatever `detect_all_faces` takes; a generator is asked as they are needed.
    options: of the detector; their class says which, SSD MobileNetV1 by default.
    landmarks, descriptors, expressions, age_and_gender: what else to find of each face.
    workers: processes that look at pictures, each with the nets that are loaded here. A script that
        asks for more than one has its work below `if __name__ == "__main__":`. For many machines
        there is `FaceFinder`.

    ```python
    found = faceapi.find_faces(sorted(Path("photos").glob("*.jpg")), descriptors=True)
    async for picture in tqdm(found):
        if picture.error:
            print(picture.name, picture.error)  # the others go on
        for face in picture.faces: ...
    ```

    A picture that cannot be read has an `error` in place of faces. All else is raised: a net that
    is not loaded would be missing for each of them. Raises InputError for what is no list of
    pictures, and for workers in a page, OptionsError for other options.
    """
    if isinstance(pictures, str | bytes) or not isinstance(pictures, Iterable):
        raise InputError(
            f"find_faces: expected pictures, got {shown(pictures)}; of a folder, "
            'sorted(Path(folder).glob("*.jpg")) are all; of one picture, '
            "detect_all_faces(picture) finds the faces"
        )
    count = whole(workers, "find_faces: workers", 1, MOST_WORKERS)
    if IN_BROWSER and count > 1:
        raise InputError(f"find_faces: workers: a page has no processes; expected 1, got {count}")
    wanted = Wanted.of(
        "find_faces",
        options,
        landmarks=landmarks,
        descriptors=descriptors,
        expressions=expressions,
        age_and_gender=age_and_gender,
    )
    return FoundFaces(pictures, wanted, count)


async def _found(
    pictures: Iterable[PictureLike], wanted: Wanted
) -> AsyncGenerator[PictureFaces, None]:
    running: deque[asyncio.Task[PictureFaces]] = deque()
    try:
        for number, picture in enumerate(pictures):
            running.append(asyncio.create_task(faces_of(picture, number, wanted)))
            if len(running) == _AHEAD:
                yield await running.popleft()
        while running:
            yield await running.popleft()
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
