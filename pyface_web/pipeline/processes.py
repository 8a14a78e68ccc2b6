"""Many pictures in several processes of this machine, each with the nets of this one."""

from __future__ import annotations

import asyncio
import os
import pickle
from collections import deque
from collections.abc import AsyncGenerator, Iterable
from pathlib import Path

from pyface_web.blocking import result_of
from pyface_web.engine.threads import set_most_threads
from pyface_web.errors import BackendError
from pyface_web.pictures.files import data_of, is_open
from pyface_web.pictures.given import PictureLike
from pyface_web.pipeline.finder import Wanted, faces_of
from pyface_web.pipeline.nets import nets, session
from pyface_web.values.picture_faces import PictureFaces, name_of_picture
from pyface_web.weights.shards import Tensor

_AHEAD = 2  # pictures for each process: one is looked at, one is on its way

_wanted: Wanted | None = None  # in a process that was begun here


async def found_by(
    pictures: Iterable[PictureLike], wanted: Wanted, workers: int
) -> AsyncGenerator[PictureFaces, None]:
    """The faces of pictures in their order. Raises NotLoadedError for a net without weights,
    BackendError where a process ends by itself."""
    # Pyodide has none of this.
    from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor
    from multiprocessing import get_context
    from tempfile import TemporaryDirectory

    tensors = {name: net.tensors for name, net in wanted.nets().items()}
    backend = await session.backend()
    threads = max(1, (os.cpu_count() or 1) // workers)
    folder = TemporaryDirectory(prefix="pyface_web-", ignore_cleanup_errors=True)
    # In a file: what is given goes through a pipe, and whoever writes more than that holds waits
    # for ever if the process ends before it reads, as it does in a script without its condition.
    weights = Path(folder.name) / "weights"
    weights.write_bytes(pickle.dumps(tensors))
    # Not forked off: threads of this process may hold locks that nobody would let go of there.
    given = (wanted, weights, backend.name, threads)
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _begin, given)
    running: deque[asyncio.Future[PictureFaces]] = deque()
    loop = asyncio.get_running_loop()
    try:
        for number, picture in enumerate(pictures):
            name = name_of_picture(picture, number)
            if is_open(picture):
                picture = data_of(picture)
            running.append(loop.run_in_executor(pool, _find, picture, number, name))
            if len(running) == _AHEAD * workers:
                yield await running.popleft()
        while running:
            yield await running.popleft()
    except BrokenProcessPool as error:
        raise BackendError(
            f"find_faces: one of {workers} processes ended by itself; was there memory enough, and "
            'does the script begin its work below if __name__ == "__main__":? Each process reads it'
        ) from error
    finally:
        for future in running:
            future.cancel()
        pool.shutdown(wait=False, cancel_futures=True)
        folder.cleanup()


def _begin(wanted: Wanted, weights: Path, backend: str, threads: int) -> None:
    global _wanted
    try:
        tensors: dict[str, dict[str, Tensor]] = pickle.loads(weights.read_bytes())
    except FileNotFoundError:
        return  # it is over before this process began
    _wanted = wanted
    set_most_threads(threads)
    for name, values in tensors.items():
        nets[name].set_tensors(values)
    result_of(session.set_backend(backend), "set_backend(...)", session.is_held_in)


def _find(picture: PictureLike, number: int, name: str) -> PictureFaces:
    assert _wanted is not None
    found = result_of(faces_of(picture, number, _wanted), "find_faces(...)", session.is_held_in)
    return PictureFaces(name, found.faces, found.size, found.error)
