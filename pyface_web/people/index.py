"""Recognising one of very many people: an approximate index in place of a look at each of them.

usearch (HNSW: Malkov and Yashunin, 2016) finds the nearest of a million descriptors in about the
time in which `FaceMatcher` compares ten thousand.
"""

from __future__ import annotations

import json
import math
import os
import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from pyface_web.errors import InputError
from pyface_web.host import kind_of
from pyface_web.people.matcher import (
    UNKNOWN,
    DescriptorLike,
    Descriptors,
    DescriptorsLike,
    FaceMatch,
    FaceMatcher,
    LabeledFaceDescriptors,
    aligned_descriptors,
    as_descriptor,
    given_descriptors,
)
from pyface_web.people.threshold import checked_threshold
from pyface_web.values.alignment import (
    Align,
    Aligns,
    align_of,
    check_alike,
    checked_aligns,
    together,
)
from pyface_web.values.arrays import DESCRIPTOR_LENGTH, DISTANCE_THRESHOLD
from pyface_web.values.given import items_of
from pyface_web.values.labels import clean_label
from pyface_web.values.numeric import shown, whole

People: TypeAlias = FaceMatcher | LabeledFaceDescriptors | Iterable[LabeledFaceDescriptors]

_PEOPLE = "people.json"  # which names the file of the vectors that belong to it
_VECTORS = re.compile(r"index(-[0-9a-f]{8})?\.usearch")
_CANDIDATES = 256  # that a search holds; with usearch's own 64 it misses ever more among more
_MOST_FOUND = 10_000


class FaceIndex:
    """Known people, and an index of their descriptors: a `FaceMatcher` for hundreds of thousands.

    people: LabeledFaceDescriptors, a list of them, or a FaceMatcher; None starts empty.
    distance_threshold: a match must be nearer than this.

    ```python
    index = faceapi.FaceIndex()  # pip install "pyface_web[index]"
    index.add("Ada", descriptors)
    index.find_best_match(face.descriptor)  # FaceMatch('Ada', 0.41)
    index.save("people")  # a folder; FaceIndex.load("people") reads it
    ```

    Unlike a FaceMatcher it takes a person's nearest reference, not the mean of all of them, and it
    may miss a reference, and then gives the next one: none of 500 that were looked for among a
    million.
    Raises InputError where usearch is not installed, and for other people, OptionsError for a
    negative threshold, MixedDescriptorsError for descriptors that were cut in two ways.
    """

    def __init__(
        self,
        people: People | None = None,
        distance_threshold: float = DISTANCE_THRESHOLD,
    ) -> None:
        self._threshold = checked_threshold(distance_threshold, "FaceIndex")
        self._index = _made()
        self._labels: dict[str, int] = {}  # by label its number
        self._names: list[str] = []
        self._owners: list[int] = []  # of each descriptor, the number of its label
        self._align: Aligns | None = None
        if isinstance(people, FaceMatcher):
            people = people.labeled_descriptors
        elif isinstance(people, LabeledFaceDescriptors):
            people = [people]
        for person in [] if people is None else items_of(people, "FaceIndex", "people"):
            if not isinstance(person, LabeledFaceDescriptors):
                raise InputError(f"FaceIndex: expected people, got {shown(person)}")
            self._add(person.label, person.descriptors, person.align)

    @property
    def distance_threshold(self) -> float:
        """A match must be nearer than this."""
        return self._threshold

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels, in the order in which they were added."""
        return tuple(self._labels)

    @property
    def align(self) -> Aligns | None:
        """How the descriptors were cut, "box" or "upright"; None if that is not known."""
        return self._align

    def __len__(self) -> int:
        """How many descriptors there are."""
        return len(self._owners)

    def add(self, label: str, descriptors: DescriptorsLike, align: Align | None = None) -> None:
        """Add one or more descriptors, (128,) or (N, 128), of a new or known person.

        align: how they were cut, if they do not say it themselves. Raises InputError for another
        label, MixedDescriptorsError for descriptors that were cut in another way than those here,
        ShapeError for descriptors of another shape.
        """
        name = clean_label(label)
        self._add(name, *given_descriptors(name, descriptors, align))

    def _add(self, name: str, rows: Descriptors, align: Aligns | None) -> None:
        check_alike(f"descriptors of {name!r}", align, self._align)
        owner = self._labels.setdefault(name, len(self._names))
        if owner == len(self._names):
            self._names.append(name)
        first = len(self._owners)
        if len(rows):
            self._index.add(np.arange(first, first + len(rows)), rows)
        self._owners += [owner] * len(rows)
        self._align = together((self._align, align))

    def find_best_match(self, query: DescriptorLike) -> FaceMatch:
        """The nearest label if it is nearer than the threshold, else `unknown`.

        query: (128,). Raises ShapeError for another one, MixedDescriptorsError for one that was cut
        in another way than those here.
        """
        nearest = next(iter(self.top_k(query, 1)), FaceMatch(UNKNOWN, math.inf))
        return self._if_near(nearest)

    def find_best_matches(self, queries: DescriptorsLike) -> list[FaceMatch]:
        """`find_best_match` for each of queries, (Q, 128), by all cores at once."""
        rows, align = aligned_descriptors(queries, "queries")
        check_alike("queries", align, self._align)
        if not len(rows) or not self._owners:
            return [FaceMatch(UNKNOWN, math.inf)] * len(rows)
        keys, distances = self._nearest(rows, 1)
        return [
            self._if_near(FaceMatch(self._names[self._owners[key]], distance))
            for key, distance in zip(keys[:, 0].tolist(), distances[:, 0].tolist(), strict=True)
        ]

    def top_k(self, query: DescriptorLike, k: int) -> list[FaceMatch]:
        """The k nearest labels (or all, if fewer), nearest first, whatever the threshold.

        query: (128,). Raises InputError for a k below 1 or above 10,000.
        """
        wanted = whole(k, "FaceIndex.top_k: k", 1, _MOST_FOUND)
        row = as_descriptor(query, "query")
        check_alike("query", align_of(query), self._align)
        count = min(wanted, len(self._owners))
        while count:
            found: dict[int, float] = {}
            keys, distances = self._nearest(row[None], count)
            for key, distance in zip(keys[0].tolist(), distances[0].tolist(), strict=True):
                found.setdefault(self._owners[key], distance)
            # A person with many references may have been all that came.
            if len(found) >= min(wanted, len(self._names)) or count == len(self._owners):
                return [FaceMatch(self._names[i], d) for i, d in [*found.items()][:wanted]]
            count = min(4 * count, len(self._owners))
        return []

    def _nearest(
        self, rows: Descriptors, count: int
    ) -> tuple[npt.NDArray[Any], npt.NDArray[np.float64]]:
        """(Q, count) numbers of descriptors, and their distances."""
        found = self._index.search(rows, count)
        shape = (len(rows), count)
        squares = np.asarray(found.distances, np.float64).reshape(shape)
        return np.asarray(found.keys).reshape(shape), np.sqrt(np.maximum(squares, 0))

    def _if_near(self, match: FaceMatch) -> FaceMatch:
        return match if match.distance < self._threshold else FaceMatch(UNKNOWN, match.distance)

    def save(self, folder: str | Path) -> None:
        """Write it into a folder, which is made, as are those that it lies in.

        What an earlier save wrote there is replaced at once, when all is written; until then, and
        where this fails, it stays as it was. Raises InputError where it cannot be written.
        """
        place = _place("save", folder)
        token = os.urandom(4).hex()
        vectors, names = place / f"index-{token}.usearch", place / f"people-{token}.json"
        people = {
            "version": 1,
            "vectors": vectors.name,
            "distanceThreshold": self._threshold,
            "align": self._align,
            "names": self._names,
            "owners": self._owners,
        }
        try:
            place.mkdir(parents=True, exist_ok=True)
            before = _vectors_of(place)
            self._index.save(str(vectors))
            names.write_text(json.dumps(people), encoding="utf-8")
            names.replace(place / _PEOPLE)
        except (OSError, ValueError, RuntimeError) as error:  # of usearch, RuntimeError
            for path in (vectors, names):
                with suppress(OSError, ValueError):
                    path.unlink()
            raise InputError(f"FaceIndex.save: {place}: cannot be written ({error})") from error
        if before is not None:
            with suppress(OSError):  # another program may read it still
                before.unlink()

    @classmethod
    def load(cls, folder: str | Path) -> FaceIndex:
        """What `save` wrote; InputError where there is no such thing."""
        place = _place("load", folder)
        try:
            people = json.loads((place / _PEOPLE).read_text(encoding="utf-8"))
            made = cls(None, people["distanceThreshold"])
            made._index.load(str(place / _name_of(people)))
            if made._index.ndim != DESCRIPTOR_LENGTH:
                raise ValueError(f"vectors of {made._index.ndim} numbers, not {DESCRIPTOR_LENGTH}")
            made._names = [clean_label(name) for name in people["names"]]
            made._owners = [int(owner) for owner in people["owners"]]
            align = people["align"]
            made._align = None if align is None else checked_aligns(align, "FaceIndex.load: align")
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
            raise InputError(
                f"FaceIndex.load: {place}: expected a folder that save wrote ({error})"
            ) from error
        made._labels = {name: number for number, name in enumerate(made._names)}
        if len(made._index) != len(made._owners) or not set(made._owners) <= {
            *range(len(made._names))
        }:
            raise InputError(f"FaceIndex.load: {place}: its two files are not of one index")
        return made

    def __repr__(self) -> str:
        return (
            f"FaceIndex({len(self._names)} labels, {len(self)} descriptors, "
            f"distance_threshold={self._threshold:g})"
        )


def _made() -> Any:
    try:
        if "usearch.compiled" not in sys.modules:
            with suppress(ImportError):
                import onnxruntime  # noqa: F401  # after usearch its import ends the process
        from usearch.index import Index
    except ImportError:
        raise InputError(
            'FaceIndex: usearch is not installed; pip install "pyface_web[index]", or take a '
            "FaceMatcher, which compares with each"
        ) from None
    return Index(ndim=DESCRIPTOR_LENGTH, metric="l2sq", dtype="f32", expansion_search=_CANDIDATES)


def _name_of(people: Any) -> str:
    """The file of the vectors that belong to these people."""
    name = people.get("vectors", "index.usearch")  # as the first version called it
    if not isinstance(name, str) or not _VECTORS.fullmatch(name):
        raise ValueError(f"{shown(name)} is no file of vectors")
    return name


def _vectors_of(place: Path) -> Path | None:
    """The file of vectors that an earlier save wrote into a folder, if one did."""
    try:
        return place / _name_of(json.loads((place / _PEOPLE).read_text(encoding="utf-8")))
    except (OSError, ValueError, AttributeError):
        return None


def _place(call: str, folder: str | Path) -> Path:
    if not isinstance(folder, str | Path):
        raise InputError(f"FaceIndex.{call}: folder: expected a path, got {kind_of(folder)}")
    return Path(folder)
