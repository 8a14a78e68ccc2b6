"""Recognising people: which known person is nearest to a face descriptor.

The rule is that of face-api.js: a label's distance is the mean of the distances to its reference
descriptors, the smallest wins (on a tie the label added later), and a distance below the
threshold is a match.

Descriptors are compared that were cut out of their pictures in one way, or of which that is not
known (see `values/alignment.py`).
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from numbers import Number
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from pyface_web.errors import InputError, OptionsError, ShapeError
from pyface_web.host import is_missing, python_value
from pyface_web.people.threshold import checked_threshold
from pyface_web.people.turns import batches
from pyface_web.values import outside
from pyface_web.values.alignment import (
    Align,
    Aligns,
    align_of,
    aligns_in,
    check_alike,
    checked_align,
    note_align,
    together,
)
from pyface_web.values.arrays import DESCRIPTOR_LENGTH, DISTANCE_THRESHOLD, array_of, floats_of
from pyface_web.values.detection import FaceDetection
from pyface_web.values.fields import checked_fields, distance
from pyface_web.values.given import DEEPEST, items_of, part, parts, plain_text, truth
from pyface_web.values.labels import alike, clean_label, look_of
from pyface_web.values.likely import lacking, no_face
from pyface_web.values.numeric import (
    as_whole,
    finite,
    number_text,
    shown,
    truncate,
)
from pyface_web.values.outside import Steps, finished
from pyface_web.values.picture_faces import PictureFaces
from pyface_web.values.results import FaceResult
from pyface_web.values.vectors import (
    among_numbers,
    numbers_in,
    parsed_text,
    remedy_for,
    vector_of,
)

UNKNOWN = "unknown"
"""Label of a face that is not near enough to any known one."""

Descriptors: TypeAlias = npt.NDArray[np.float32]
"""(N, 128) float32: N descriptors."""
DescriptorLike: TypeAlias = FaceResult | npt.NDArray[np.floating | np.integer] | Sequence[float]
"""A descriptor, (128,) numbers, or a result that has one."""
DescriptorsLike: TypeAlias = (
    DescriptorLike | Iterable[DescriptorLike] | PictureFaces | list[FaceDetection | FaceResult]
)
"""One or more of them, also (N, 128); faces as `find_faces` gives them, whose type does not say
that they have a descriptor."""

# References whose differences to a query are held at once: 2048 rows are 2 MB of doubles, which
# stay in the cache, and any number of references needs no more memory.
_CHUNK = 2048
_SMALL, _LARGE = 1e-100, 1e100  # differences whose squares are numbers


def euclidean_distance(a: npt.ArrayLike, b: npt.ArrayLike) -> float:
    """Distance of two vectors of equal length, in double precision.

    ```python
    faceapi.euclidean_distance(one.descriptor, other.descriptor)  # 0.43
    faceapi.euclidean_distance([0, 3], [4, 0])  # 5.0
    ```

    Raises ShapeError for anything else.
    """
    expected = "two vectors of equal length"
    for given in (a, b):
        if is_missing(vector_of(given)):
            raise ShapeError(
                f"euclidean_distance: expected {expected}, got {shown(given)}; {no_face()}"
            )
    vectors = vector_of(a), vector_of(b)
    for vector in vectors:
        if wrong := among_numbers(vector):
            raise ShapeError(f"euclidean_distance: expected {expected}, of numbers; {wrong}")
    first, second = (floats_of(vector, "euclidean_distance", expected) for vector in vectors)
    if first.ndim != 1 or first.shape != second.shape:
        raise ShapeError(
            f"euclidean_distance: expected {expected}, got shapes {first.shape} and {second.shape}"
        )
    # Halves, which cannot overflow, and as parts of the largest, whose squares cannot either.
    halves = first / 2 - second / 2
    largest = float(np.abs(halves).max(initial=0))
    if _SMALL < largest < _LARGE:
        return float(np.sqrt(np.square(first - second).sum()))
    length = float(np.sqrt(np.square(halves / largest).sum())) if largest else 0.0
    return finite(length * largest * 2, "euclidean_distance")


def _checked(values: object, what: str) -> npt.NDArray[Any]:
    """values as a float32 array of finite numbers, or ShapeError."""
    if _is_something_else(values):
        raise ShapeError(
            f"{what}: expected {DESCRIPTOR_LENGTH} numbers, got {shown(values)}; "
            f"{remedy_for(values)}"
        )
    items: Any = values if type(values) in (list, tuple) else ()
    if any(isinstance(item, str) for item in items):
        raise ShapeError(
            f"{what}: expected {DESCRIPTOR_LENGTH} numbers, got {len(items)} items; "
            f"{among_numbers(values)}"
        )
    given: npt.NDArray[Any] = array_of(
        values, what, f"real numbers (float32), {DESCRIPTOR_LENGTH} each"
    )
    with np.errstate(over="ignore"):
        array = given.astype(np.float32)
    if not np.isfinite(array).all():
        raise ShapeError(
            f"{what}: expected finite numbers, got NaN or infinity; "
            "was it computed from an empty crop?"
        )
    return array


def _is_something_else(value: object) -> bool:
    """Whether a value is plainly none that NumPy could make an array of."""
    if isinstance(value, np.ndarray):
        return False
    if isinstance(value, list | tuple):
        plain = (Number, list, tuple, np.ndarray, str)
        return bool(value) and not is_missing(value[0]) and not isinstance(value[0], plain)
    is_result = part(value, "detection") is not None or part(value, "score") is not None
    return is_missing(value) or isinstance(value, str | bytes | Mapping) or is_result


def as_descriptor(value: object, what: str = "a descriptor") -> Descriptors:
    """value as a (128,) float32 array, or ShapeError."""
    value = vector_of(value)
    array = _checked(value, what)
    if array.shape != (DESCRIPTOR_LENGTH,):
        raise ShapeError(
            f"{what}: expected shape ({DESCRIPTOR_LENGTH},), got {array.shape}; {remedy_for(value)}"
        )
    return array


def as_descriptors(values: object, what: str = "descriptors") -> Descriptors:
    """One descriptor, or any number of them, as an (N, 128) float32 array, or ShapeError."""
    return aligned_descriptors(values, what)[0]


def aligned_descriptors(
    values: object, what: str = "descriptors"
) -> tuple[Descriptors, Aligns | None]:
    """The same, and how they were cut; (0, 128) of nothing were not cut at all."""
    if isinstance(values, str):
        found = parsed_text(values)
        values = values if found is None else found
    if isinstance(values, Iterable) and not isinstance(values, np.ndarray | Mapping | str | bytes):
        try:
            values = items_of(values, what)
        except InputError as error:
            raise ShapeError(str(error)) from error
    align = align_of(values)
    rows = _rows_of(values, what)
    return rows, align if len(rows) else None


def _rows_of(values: object, what: str, depth: int = DEEPEST) -> Descriptors:
    if type(values) is list:
        if not values:
            return np.empty((0, DESCRIPTOR_LENGTH), dtype=np.float32)
        values = numbers_in(values) or values
        if len(values) == 1 and type(values[0]) is list and type(values[0][:1]) is list:
            inner = values[0]
            if depth and inner and not isinstance(inner[0], Number):
                return _rows_of(inner, what, depth - 1)
        if any(not isinstance(item, np.ndarray | list | tuple | Number) for item in values):
            values = [as_descriptor(item, what) for item in values]
    else:
        values = vector_of(values)
    array = _checked(values, what)
    if array.ndim not in (1, 2) or array.shape[-1] != DESCRIPTOR_LENGTH:
        raise ShapeError(
            f"{what}: expected shape (N, {DESCRIPTOR_LENGTH}), got {array.shape}; "
            "pass the `descriptor` of each result"
        )
    return array.reshape(-1, DESCRIPTOR_LENGTH)


@dataclass(frozen=True)
@checked_fields(distance=distance)
class FaceMatch:
    """The label found for a face, and its distance (0 is the same picture; may be infinite)."""

    label: str
    distance: float

    def to_string(self, with_distance: bool = True) -> str:
        """`label (0.45)` or `label`; the distance is cut off after two decimals, not rounded."""
        if not truth(with_distance, "FaceMatch.to_string: with_distance"):
            return self.label
        return f"{self.label} ({number_text(truncate(self.distance))})"

    def __str__(self) -> str:
        return self.to_string()


@dataclass(frozen=True, eq=False)
class LabeledFaceDescriptors:
    """A name and the reference descriptors of that person, (N, 128) float32.

    label: text of 1 to 1,000 characters that can all be seen; it is kept in NFC, with single spaces
    and none around it.
    align: how all of them were cut, "box" or "upright", if they do not say it themselves, as those
    of results do. Afterwards "mixed" if they were cut in both ways, None if that is not known.
    Raises InputError for another label or align, ShapeError for descriptors of another shape.

    ```python
    ada = faceapi.LabeledFaceDescriptors("Ada", [face.descriptor for face in faces])
    faceapi.FaceMatcher([ada]).find_best_match(query)  # FaceMatch('Ada', 0.41)
    ```
    """

    label: str
    descriptors: Descriptors
    align: Aligns | None

    def __init__(
        self, label: str, descriptors: DescriptorsLike, align: Align | None = None
    ) -> None:
        if parts(label, ("label", "descriptors")):
            raise InputError(
                "LabeledFaceDescriptors: expected a label and descriptors, got both in one; "
                "LabeledFaceDescriptors.from_json(data) reads that"
            )
        if isinstance(label, list | tuple | np.ndarray):
            raise InputError(
                f"LabeledFaceDescriptors: a label: expected text, got {shown(label)}; it comes "
                "first: LabeledFaceDescriptors('name', descriptors)"
            )
        name = clean_label(label)
        _set(self, name, *given_descriptors(name, descriptors, align))

    def to_json(self) -> dict[str, Any]:
        """{label, descriptors}, as face-api.js writes it, and align unless it is "box"."""
        data = {"label": self.label, "descriptors": self.descriptors.tolist()}
        return data if self.align == "box" else data | {"align": self.align}

    @classmethod
    def from_json(cls, data: str | bytes | Mapping[str, Any]) -> LabeledFaceDescriptors:
        """The inverse of `to_json`, from values or from JSON text; InputError for other data.

        Without align they are of an older version, or of face-api.js, and count as "box".
        """
        label, descriptors, align = parts_of_person(_parsed(data, cls.__name__))
        made = cls(label, descriptors)
        return labelled(made.label, made.descriptors, align)

    def __setstate__(self, state: dict[str, Any]) -> None:
        _set(self, state["label"], state["descriptors"], state["align"])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LabeledFaceDescriptors):
            return NotImplemented
        mine, theirs = (self.label, self.align), (other.label, other.align)
        return mine == theirs and np.array_equal(self.descriptors, other.descriptors)

    def __hash__(self) -> int:
        return hash((self.label, len(self.descriptors)))

    def __repr__(self) -> str:
        return f"LabeledFaceDescriptors({self.label!r}, {len(self.descriptors)} descriptors)"


class _Part(NamedTuple):
    """Some of the references of a label: (N, 128), and how they were cut."""

    descriptors: Descriptors
    align: Aligns | None


Person: TypeAlias = LabeledFaceDescriptors | DescriptorLike
Inputs: TypeAlias = Person | Sequence[Person] | list[FaceDetection | FaceResult] | None
"""What a FaceMatcher is made of."""


class FaceMatcher:
    """Known people, and the search for the one nearest to a descriptor.

    inputs: one or a list of: LabeledFaceDescriptors; a descriptor, (128,) numbers; anything with
        a `descriptor`, such as a FaceResult. The last two get the labels `person 1`,
        `person 2`, ... (numbers that are already labels are skipped). An (N, 128) array is a list
        of N descriptors. None or an empty list starts empty, unlike in face-api.js.
    distance_threshold: a match must be nearer than this.
    allow_mixed: whether descriptors that were cut in two ways are compared all the same. Without
        it, inputs and queries of which it is known are of one way.

    ```python
    matcher = faceapi.FaceMatcher(people)
    task = faceapi.detect_single_face("photo").with_face_landmarks()
    face = await task.with_face_descriptor(align=matcher.align or "upright")
    ```

    Several inputs of one label are one person: their descriptors are taken together.
    Raises OptionsError for a negative threshold, InputError for an input without a descriptor and
    for a label that looks like another without being the same (such as one with a Cyrillic letter
    in it), its subclass MixedDescriptorsError for descriptors that were cut in two ways, ShapeError
    for descriptors of another shape.
    """

    def __init__(
        self,
        inputs: Inputs = None,
        distance_threshold: float = DISTANCE_THRESHOLD,
        *,
        allow_mixed: bool = False,
    ) -> None:
        self._threshold = checked_threshold(distance_threshold, "FaceMatcher")
        self._allow_mixed = truth(allow_mixed, "FaceMatcher: allow_mixed")
        self._people: dict[str, tuple[_Part, ...]] = {}  # by label, in the order of adding
        self._cuts = Counter[Aligns]()  # parts of which it is known, by how they were cut
        self._looks: dict[str, str] | None = None  # label by what it looks like; made when needed
        self._joined: _References | None = None  # made when needed

        items = _as_items(inputs)
        labelled = [item for item in items if isinstance(item, LabeledFaceDescriptors)]
        taken = {look_of(item.label) for item in labelled}
        number = 0
        for index, item in enumerate(items):
            if isinstance(item, LabeledFaceDescriptors):
                self._add(item.label, item.descriptors, item.align)
                continue
            number += 1
            while f"person {number}" in taken:
                number += 1
            self._add(f"person {number}", _descriptor_of(item, index)[None], align_of(item))

    @property
    def distance_threshold(self) -> float:
        """A match must be nearer than this."""
        return self._threshold

    @property
    def allow_mixed(self) -> bool:
        """Whether descriptors are compared that were cut in two ways."""
        return self._allow_mixed

    @property
    def align(self) -> Aligns | None:
        """How the references were cut, "box", "upright" or "mixed"; None if that is not known."""
        return together(align for align, count in self._cuts.items() if count)

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels, in the order in which they were added."""
        return tuple(self._people)

    @property
    def labeled_descriptors(self) -> list[LabeledFaceDescriptors]:
        """The references by label, in the order of `labels`."""
        return [
            labelled(
                label,
                _joined([part.descriptors for part in parts]),
                together(part.align for part in parts),
            )
            for label, parts in self._people.items()
        ]

    def add(self, label: str, descriptors: DescriptorsLike, align: Align | None = None) -> None:
        """Add one or more reference descriptors, (128,) or (N, 128), to a new or known label.

        align: how they were cut, as in LabeledFaceDescriptors.
        Raises InputError for a label that cannot be one, or that looks like another without being
        the same, its subclass MixedDescriptorsError for descriptors that were cut in another way
        than those here, ShapeError for descriptors of another shape.
        """
        name = clean_label(label)
        rows, cut = given_descriptors(name, descriptors, align)
        rows.setflags(write=False)
        self._add(name, rows, cut)

    def _add(self, name: str, rows: Descriptors, align: Aligns | None) -> None:
        if align is not None:
            self._check(f"descriptors of {name!r}", align, self.align)
        if name not in self._people:
            if self._looks is None:
                self._looks = {look_of(known): known for known in self._people}
            other = self._looks.setdefault(look_of(name), name)
            if other != name:
                raise alike(name, other)
        self._people[name] = (*self._people.get(name, ()), _Part(rows, align))
        if align is not None:
            self._cuts[align] += 1
        self._joined = None

    def remove(self, label: str) -> None:
        """Forget a label and its descriptors; InputError if there is no such label."""
        is_known = isinstance(label, str) and (label := plain_text(label)) in self._people
        name = label if is_known else clean_label(label)
        if name not in self._people:
            known = ", ".join(map(repr, islice(self._people, 10))) or "none"
            raise InputError(f"FaceMatcher.remove: there is no label {name!r}; known: {known}")
        self._cuts.subtract(part.align for part in self._people.pop(name) if part.align is not None)
        if self._looks is not None:
            self._looks.pop(look_of(name), None)
        self._joined = None

    def compute_mean_distance(self, query: DescriptorLike, descriptors: DescriptorsLike) -> float:
        """Mean distance of a descriptor to others, (N, 128); 0 if there are none."""
        one = as_descriptor(query, "query")
        rows, align = aligned_descriptors(descriptors)
        self._check("query", align_of(query), align)
        return float(distances_to(one, rows).mean()) if len(rows) else 0.0

    def match_descriptor(self, query: DescriptorLike) -> FaceMatch:
        """The nearest label, however far. `unknown` at distance infinity if there is none.

        query: (128,). This and what follows raise ShapeError for another descriptor,
        MixedDescriptorsError for one that was cut in another way than those here.
        """
        return self._nearest(self._query(query))

    def find_best_match(self, query: DescriptorLike) -> FaceMatch:
        """The nearest label if it is nearer than the threshold, else `unknown`.

        query: (128,). The distance is that of the nearest label in both cases, and infinity if
        there is none.
        """
        return self._if_near(self.match_descriptor(query))

    def find_best_matches(self, queries: DescriptorsLike) -> list[FaceMatch]:
        """`find_best_match` for each of queries, (Q, 128)."""
        rows, align = aligned_descriptors(queries, "queries")
        self._check("queries", align if self.align else None, self.align)
        return [self._if_near(self._nearest(row)) for row in rows]

    def top_k(self, query: DescriptorLike, k: int) -> list[FaceMatch]:
        """The k nearest labels (or all, if fewer), nearest first, whatever the threshold.

        query: (128,). Raises OptionsError for a k below 1.
        """
        count = as_whole(k)
        if count is None or count < 1:
            raise OptionsError(
                f"FaceMatcher.top_k: k: expected a whole number from 1, got {shown(k)}"
            )
        return self._top_k(self._query(query), count)

    def _query(self, query: DescriptorLike) -> Descriptors:
        """(128,) of a query that was cut as the references were, as far as that is known."""
        one = as_descriptor(query, "query")
        self._check("query", align_of(query), self.align)
        return one

    def _check(self, what: str, align: Aligns | None, known: Aligns | None) -> None:
        """MixedDescriptorsError for what was cut in another way than what is known."""
        if not self._allow_mixed:
            check_alike(what, align, known)

    def _if_near(self, match: FaceMatch) -> FaceMatch:
        return match if match.distance < self._threshold else FaceMatch(UNKNOWN, match.distance)

    def _nearest(self, query: Descriptors) -> FaceMatch:
        return next(iter(self._top_k(query, 1)), FaceMatch(UNKNOWN, math.inf))

    def _top_k(self, query: Descriptors, count: int) -> list[FaceMatch]:
        references = self._references()
        means = references.mean_distances(query)
        # Searched from the end, so that the label added later wins a tie.
        if count == 1:
            order = [len(means) - 1 - int(np.argmin(means[::-1]))] if len(means) else []
        else:
            order = (len(means) - 1 - np.argsort(means[::-1], kind="stable")[:count]).tolist()
        return [
            FaceMatch(references.labels[index], float(means[index]))
            for index in order
            if math.isfinite(means[index])
        ]

    def _references(self) -> _References:
        if self._joined is None:
            self._joined = finished(_joining(self._people))
        return self._joined

    def to_json(self) -> dict[str, Any]:
        """{distanceThreshold, labeledDescriptors}, as face-api.js writes and reads it, and
        allowMixed if that is so.
        """
        data = {
            "distanceThreshold": self._threshold,
            "labeledDescriptors": [item.to_json() for item in self.labeled_descriptors],
        }
        return data | {"allowMixed": True} if self._allow_mixed else data

    def to_json_string(self) -> str:
        """`to_json` as text."""
        return json.dumps(self.to_json())

    @classmethod
    def from_json(cls, data: str | bytes | Mapping[str, Any]) -> FaceMatcher:
        """The inverse of `to_json`, from values or from JSON text, also of face-api.js.

        Raises InputError for other data, its subclass MixedDescriptorsError for descriptors that
        were cut in two ways, ShapeError for descriptors of another shape.
        """
        values = _parsed(data, cls.__name__)
        people = [LabeledFaceDescriptors.from_json(item) for item in listed_people(values)]
        is_given = "distanceThreshold" in values
        threshold = part(values, "distanceThreshold") if is_given else DISTANCE_THRESHOLD
        return cls(people, threshold, allow_mixed=part(values, "allowMixed") is True)

    def __repr__(self) -> str:
        used = sum(len(part.descriptors) for parts in self._people.values() for part in parts)
        return (
            f"FaceMatcher({len(self._people)} labels, {used} descriptors, "
            f"distance_threshold={self._threshold:g})"
        )


class _References:
    """All references of a matcher as one matrix, so that a query takes one pass over it."""

    def __init__(self, labels: tuple[str, ...], counts: list[int], rows: Descriptors) -> None:
        self.labels = labels
        self._rows = rows
        self._counts = np.array(counts, np.intp)
        self._ids = np.repeat(np.arange(len(labels)), self._counts)

    def mean_distances(self, query: Descriptors) -> npt.NDArray[np.float64]:
        """(number of labels,): mean distance to each; infinity where a label has no references."""
        distances = distances_to(query, self._rows)
        sums = np.bincount(self._ids, weights=distances, minlength=len(self.labels))
        return np.where(self._counts > 0, sums / np.maximum(self._counts, 1), np.inf)


def _joining(people: Mapping[str, Sequence[_Part]]) -> Steps[_References]:
    counts: list[int] = []
    for batch in batches(people.values(), 1024):
        counts += [sum(len(part.descriptors) for part in parts) for parts in batch]
        yield
    rows = np.empty((sum(counts), DESCRIPTOR_LENGTH), dtype=np.float32)
    used = 0
    for batch in batches(people.values(), 1024):
        some = [part.descriptors for parts in batch for part in parts]
        if some:
            until = used + sum(map(len, some))
            np.concatenate(some, out=rows[used:until])
            used = until
        yield
    return _References(tuple(people), counts, rows)


def matching(
    people: Iterable[tuple[str, Descriptors, Aligns | None]],
    distance_threshold: float,
    allow_mixed: bool,
) -> Steps[FaceMatcher]:
    """A FaceMatcher of clean labels and of checked descriptors, (N, 128), that nobody changes.

    Labels that look alike may be among them: they are, where an older version kept them. And
    descriptors that were cut in two ways: only who asks for a match is told, then.
    """
    made = FaceMatcher(None, distance_threshold, allow_mixed=allow_mixed)
    for batch in batches(people, 1024):
        made._people.update((label, (_Part(rows, align),)) for label, rows, align in batch)
        made._cuts.update(align for _, _, align in batch if align is not None)
        yield
    made._joined = yield from _joining(made._people)
    return made


def _joined(parts: Sequence[Descriptors]) -> Descriptors:
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return np.empty((0, DESCRIPTOR_LENGTH), dtype=np.float32)
    return np.concatenate(parts)


def given_descriptors(
    name: str, descriptors: object, align: Align | None
) -> tuple[Descriptors, Aligns | None]:
    """Descriptors of a person, and how they were cut; align: if they do not say it themselves."""
    rows, known = aligned_descriptors(descriptors, f"descriptors of {name!r}")
    if align is not None:
        checked = checked_align(align, f"descriptors of {name!r}: align")
        known = known or (checked if len(rows) else None)
    return rows, known


def labelled(label: str, rows: Descriptors, align: Aligns | None) -> LabeledFaceDescriptors:
    """LabeledFaceDescriptors of what is checked already."""
    made = object.__new__(LabeledFaceDescriptors)
    _set(made, label, rows, align if len(rows) else None)
    return made


def _set(
    person: LabeledFaceDescriptors, label: str, rows: Descriptors, align: Aligns | None
) -> None:
    rows.setflags(write=False)
    note_align(rows, align)
    for name, value in (("label", label), ("descriptors", rows), ("align", align)):
        object.__setattr__(person, name, value)


def distances_to(query: Descriptors, rows: Descriptors) -> npt.NDArray[np.float64]:
    """(N,) distances of a query (128,) to rows (N, 128).

    From differences in double precision: the shorter |a|^2 + |b|^2 - 2ab cancels for near
    faces, and needs a fast matrix product, which NumPy does not have in the browser.
    """
    squares = np.empty(len(rows))
    wide = query.astype(np.float64)
    buffer = np.empty((min(_CHUNK, len(rows)), DESCRIPTOR_LENGTH))
    for start in range(0, len(rows), _CHUNK):
        part = rows[start : start + _CHUNK]
        difference = np.subtract(part, wide, out=buffer[: len(part)])
        np.einsum("nd,nd->n", difference, difference, out=squares[start : start + len(part)])
    return np.sqrt(squares)


def _as_items(inputs: object) -> list[object]:
    """The inputs of a FaceMatcher as a list of its items."""
    inputs = python_value(inputs)
    if isinstance(inputs, memoryview):
        inputs = np.asarray(inputs)
    if inputs is None:
        return []
    if isinstance(inputs, str) and (found := parsed_text(inputs)) is not None:
        inputs = found
    if isinstance(inputs, np.ndarray):
        return list(inputs) if inputs.ndim == 2 else [inputs]
    if isinstance(inputs, list | tuple):
        items = items_of(inputs, "FaceMatcher")
        is_vector = numbers_in(items) is not None
        return [items] if is_vector else [_as_labelled(item) for item in items]
    if isinstance(inputs, Mapping) and parts(inputs, ("labeledDescriptors",)):
        raise InputError(
            "FaceMatcher: expected descriptors, got the JSON of a FaceMatcher; "
            "FaceMatcher.from_json(data) reads that"
        )
    return [_as_labelled(inputs)]


def _as_labelled(item: object) -> object:
    """A person in the JSON of LabeledFaceDescriptors as one of these, anything else as it is."""
    is_person = isinstance(item, Mapping) and parts(item, ("label", "descriptors"))
    return LabeledFaceDescriptors.from_json(item) if is_person else item  # type: ignore[arg-type]


def _descriptor_of(item: object, index: int) -> Descriptors:
    what = f"input {index} of FaceMatcher"
    vector = vector_of(item)
    if isinstance(vector, np.ndarray | list | tuple) or (vector is not item and vector is not None):
        return as_descriptor(vector, what)
    if isinstance(item, Mapping) and _is_named(item):
        raise InputError(
            f"{what}: expected LabeledFaceDescriptors, got {shown(item)} of names and descriptors; "
            "pass [faceapi.LabeledFaceDescriptors(label, rows) for label, rows in people.items()]"
        )
    raise InputError(
        f"{what}: {shown(item)} has no descriptor; "
        f"{lacking(item, '.with_face_landmarks().with_face_descriptors()')}"
    )


def _is_named(people: Mapping[Any, Any]) -> bool:
    """Whether a mapping is one of names to descriptors."""
    try:
        rows = [vector_of(value) for value in people.values()]
    except Exception:  # whatever a class of the caller's raises
        return False
    return bool(rows) and all(isinstance(row, np.ndarray | list | tuple) for row in rows)


def listed_people(values: Mapping[str, Any]) -> Sequence[Any]:
    """The people in the JSON of a FaceMatcher."""
    items = _member(values, "labeledDescriptors", "FaceMatcher")
    if not isinstance(items, Sequence) or isinstance(items, str):
        raise InputError(
            f"FaceMatcher.from_json: labeledDescriptors: expected a list, got {shown(items)}"
        )
    return items


def parts_of_person(values: object) -> tuple[Any, Any, Aligns | None]:
    """Label and descriptors in the JSON of LabeledFaceDescriptors, neither of them checked, and how
    those were cut.
    """
    name = "LabeledFaceDescriptors"
    checked = _object(values, name)
    label, descriptors = (_member(checked, key, name) for key in ("label", "descriptors"))
    return label, descriptors, aligns_in(checked, f"{name}.from_json")


_FOR_LISTS = {
    "FaceMatcher": "; FaceMatcher(people) takes a list of people",
    "LabeledFaceDescriptors": (
        "; it reads one person: [LabeledFaceDescriptors.from_json(one) for one in people]"
    ),
}


def _parsed(data: object, name: str) -> Mapping[str, Any]:
    if isinstance(data, str | bytes):
        data = outside.parse(
            data, f"{name}.from_json", remedy="is it the text that to_json gave, and whole?"
        )
    return _object(data, name)


def _object(data: object, name: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        remedy = _FOR_LISTS.get(name, "") if isinstance(data, list | tuple) else ""
        raise InputError(f"{name}.from_json: expected an object, got {shown(data)}{remedy}")
    return data


def _member(data: Mapping[str, Any], key: str, name: str) -> Any:
    try:
        return data[key]
    except Exception:
        names = list(islice(data, 10)) if type(data) is dict else []
        known = ", ".join(map(str, names)) or "{}"
        raise InputError(f"{name}.from_json: expected {key!r}, got only {known}") from None
