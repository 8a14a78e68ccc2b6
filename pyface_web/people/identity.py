"""One enrolled person: a cleaned label, descriptors, when they were enrolled, perhaps a portrait.

Plain values and no browser; `store.py` keeps them, `file.py` writes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from pyface_web.errors import InputError
from pyface_web.people.matcher import (
    UNKNOWN,
    Descriptors,
    LabeledFaceDescriptors,
    as_descriptors,
    given_descriptors,
    labelled,
)
from pyface_web.people.turns import batches, taken_out
from pyface_web.values import labels
from pyface_web.values.alignment import Align, Aligns, checked_aligns, together
from pyface_web.values.arrays import DESCRIPTOR_LENGTH
from pyface_web.values.fields import checked_fields
from pyface_web.values.given import plain_text
from pyface_web.values.numeric import shown
from pyface_web.values.outside import Steps, finished

MAX_LABEL = 80
MAX_PORTRAIT = 65_536
"""Longest portrait in characters; 160x160 pixels as JPEG are about 10,000."""

DESCRIPTOR_BYTES = 4 * DESCRIPTOR_LENGTH
"""Bytes of a descriptor in a file, and in the browser's storage."""

# Only pictures of pixels: an SVG may hold more than a picture.
_PORTRAIT = re.compile(r"data:image/(png|jpeg|webp);base64,[A-Za-z0-9+/]+={0,2}")


def clean_label(label: object) -> str:
    """A label as it is kept: as `values/labels.py` has it, but of 80 characters at most.

    Raises InputError for others, and for `unknown`, which is what a face without a match is called.
    """
    clean = labels.clean_label(label, MAX_LABEL)
    if labels.look_of(clean) == UNKNOWN:
        raise InputError(
            f"a label: {UNKNOWN!r} is what a face without a match is called; choose another name"
        )
    return clean


def check_portrait(portrait: object) -> str | None:
    """A portrait as it is kept, or InputError."""
    if portrait is None:
        return None
    if not isinstance(portrait, str):
        raise InputError(
            f"a portrait: expected a data URL as text, got {type(portrait).__name__}; "
            "canvas.toDataURL('image/jpeg') gives one"
        )
    portrait = plain_text(portrait)
    if len(portrait) > MAX_PORTRAIT:
        raise InputError(
            f"a portrait: expected at most {MAX_PORTRAIT} characters, got {len(portrait)}; "
            "draw it smaller, 160x160 pixels are enough to recognise somebody"
        )
    if not _PORTRAIT.fullmatch(portrait):
        raise InputError(
            "a portrait: expected a data URL of a PNG, JPEG or WebP image in base64, "
            f"got one that begins {portrait[:24]!r}"
        )
    return portrait


@dataclass(frozen=True, eq=False)
@checked_fields(
    descriptors=lambda value, what: _read_only(value, what),
    align=lambda value, what: None if value is None else checked_aligns(value, what),
)
class Identity:
    """An enrolled person.

    label: the name. enrolled: when a descriptor was last enrolled (UTC, whole seconds).
    expires: when the store will forget the person, or None.
    portrait: a small picture to show, as a data URL, or None.
    descriptors: (N, 128) float32, read-only; never part of the repr.
    align: how they were cut, "box", "upright" or "mixed", as far as it is known.
    """

    label: str
    descriptors: Descriptors = field(repr=False)
    enrolled: datetime
    portrait: str | None = field(default=None, repr=False)
    expires: datetime | None = None
    align: Aligns | None = None

    @property
    def count(self) -> int:
        """How many descriptors there are."""
        return len(self.descriptors)

    def labeled_descriptors(self) -> LabeledFaceDescriptors:
        """The label and its descriptors, (N, 128), as a FaceMatcher takes them."""
        return labelled(self.label, self.descriptors, self.align)

    def __repr__(self) -> str:
        until = "" if self.expires is None else f", expires {self.expires:%Y-%m-%d}"
        return (
            f"Identity({self.label!r}, {self.count} descriptors, "
            f"enrolled {self.enrolled:%Y-%m-%d}{until})"
        )


def make_identity(
    label: object,
    descriptors: object,
    enrolled: datetime,
    portrait: object = None,
    align: Align | None = None,
) -> Identity:
    """An Identity of checked values; InputError or ShapeError."""
    name = clean_label(label)
    rows, cut = given_descriptors(name, descriptors, align)
    if not len(rows):
        raise InputError(f"{name!r}: expected at least one descriptor, got none")
    distinct = finished(_distinct([_bytes(rows)]))
    return Identity(name, distinct, enrolled, check_portrait(portrait), align=cut)


def _read_only(rows: object, what: str) -> Descriptors:
    """Descriptors, (N, 128), that nobody can change; the same where they are such already."""
    is_fixed = isinstance(rows, np.ndarray) and not rows.flags.writeable
    if is_fixed and rows.dtype == np.float32 and rows.shape[1:] == (DESCRIPTOR_LENGTH,):  # type: ignore[attr-defined]
        return rows  # type: ignore[return-value]
    checked = as_descriptors(rows, what)
    checked.setflags(write=False)
    return checked


def _checked(
    label: str,
    rows: Descriptors,
    enrolled: datetime,
    portrait: str | None,
    align: Aligns | None,
    expires: datetime | None = None,
) -> Identity:
    """An Identity of values that were checked one by one or together; this takes a third of the
    time of its constructor, which checks them again."""
    made = object.__new__(Identity)
    made.__dict__.update(
        label=label,
        descriptors=rows,
        enrolled=enrolled,
        portrait=portrait,
        align=align,
        expires=expires,
    )
    return made


def until(identity: Identity, expires: datetime | None) -> Identity:
    """The same person, who is forgotten at another time."""
    if identity.expires == expires:
        return identity
    return _checked(
        identity.label,
        identity.descriptors,
        identity.enrolled,
        identity.portrait,
        identity.align,
        expires,
    )


def merged(first: Identity, second: Identity) -> Identity:
    """Two of one person: all descriptors, the later time, the second's portrait if it has one."""
    made = make_identity(
        first.label,
        np.concatenate([first.descriptors, second.descriptors]),
        max(first.enrolled, second.enrolled),
        second.portrait or first.portrait,
    )
    return replace(made, align=together((first.align, second.align)))


def expiry(enrolled: datetime, expires_after: float | None) -> datetime | None:
    """When what was enrolled then is forgotten; expires_after: days, or None for never."""
    return None if expires_after is None else enrolled + timedelta(days=expires_after)


def _bytes(rows: Descriptors) -> bytes:
    return rows.astype("<f4").tobytes()


def _distinct(parts: list[bytes]) -> Steps[Descriptors]:
    """Descriptors, each once: one picture twice must not count twice in the mean distance.

    parts: of one or more rows each; where there are several rows none is left in the list. All
    rows, (N, 128), cannot be written to.
    """
    total = sum(map(len, parts)) // DESCRIPTOR_BYTES
    if total == 1:
        return np.frombuffer(parts[0], "<f4")[None]
    rows = np.empty((total, DESCRIPTOR_LENGTH), np.float32)
    used, found = 0, set[bytes]()
    for data in _blocks(taken_out(parts)):
        block = np.frombuffer(data, "<f4").reshape(-1, DESCRIPTOR_LENGTH)
        keys = (block + np.float32(0)).tobytes()  # 0.0 makes zeros equal that are not so as bytes
        new = []
        for index, at in enumerate(range(0, len(keys), DESCRIPTOR_BYTES)):
            key = keys[at : at + DESCRIPTOR_BYTES]
            if key not in found:
                found.add(key)
                new.append(index)
        rows[used : used + len(new)] = block[new]
        used += len(new)
        yield
    while found:  # to free all of them at once would take long
        for _ in range(min(len(found), 2048)):
            found.pop()
        yield
    if used < total:
        rows = rows[:used].copy()
    rows.setflags(write=False)
    return rows


def _blocks(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in blocks of at most 1,024 rows."""
    most = 1024 * DESCRIPTOR_BYTES
    for batch in batches(parts, 1024):
        joined = b"".join(batch)
        yield from (joined[at : at + most] for at in range(0, len(joined), most))


# --- as a record of plain values, for files and for the browser's storage


def to_record(identity: Identity) -> dict[str, Any]:
    """label, enrolled (ISO 8601), descriptors (bytes: float32, little-endian), maybe portrait, and
    align unless it is "box", which older versions did not write and others do not know.
    """
    record: dict[str, Any] = {
        "label": identity.label,
        "enrolled": identity.enrolled.isoformat(),
        "descriptors": _bytes(identity.descriptors),
    }
    if identity.portrait is not None:
        record["portrait"] = identity.portrait
    if identity.align != "box":
        record["align"] = identity.align
    return record


class Record(NamedTuple):
    """What a file or the browser's storage holds of a person: checked, but for the numbers.

    where: begins a message, such as "identity 2: ". descriptors: of one or more, as in `to_record`.
    """

    where: str
    label: str
    descriptors: bytes
    enrolled: datetime
    portrait: str | None
    align: Aligns | None


def from_record(
    label: object,
    descriptors: object,
    enrolled: object,
    portrait: object,
    align: Aligns | None,
    *,
    now: datetime,
    where: str = "",
    is_kept: bool = False,
) -> Record:
    """A Record of the values that `to_record` gives; InputError for others.

    now: what a later time of enrolment becomes, so that no wrong clock stops expiry.
    is_kept: by this program, when it allowed other labels, perhaps; people are not lost by that.
    """
    try:
        name = label if is_kept and isinstance(label, str) and label else clean_label(label)
        data = descriptors
        if not isinstance(data, bytes) or not data or len(data) % DESCRIPTOR_BYTES:
            got = f"{len(data)} bytes" if isinstance(data, bytes) else type(data).__name__
            raise InputError(
                f"descriptors of {name!r}: expected a multiple of {DESCRIPTOR_BYTES} bytes, "
                f"got {got}"
            )
        time = min(_time(enrolled, name), now)
        return Record(where, name, data, time, check_portrait(portrait), align)
    except InputError as error:
        raise InputError(f"{where}{error}") from None


def gathered(records: Iterable[Record | None]) -> Steps[list[Identity]]:
    """People of records, each label once, as `merged` would join them one after the other.

    The descriptors of a label are joined once, however many records it has. None among the records
    is a rest. Raises InputError for numbers that are not finite.
    """
    found: dict[str, _Parts] = {}
    batch: list[Record] = []
    for record in chain(records, [None]):
        if record is not None:
            batch.append(record)
            if len(batch) < 128:
                continue
        _check_finite(batch)
        for one in batch:
            if one.label not in found:
                found[one.label] = _Parts([], one.enrolled, None, None)
            found[one.label].add(one)
        batch.clear()
        yield
    people = []
    for labels_of_some in batches(list(found)):
        for label in labels_of_some:
            parts = found.pop(label)  # to free all of them at the end would take long
            rows = yield from _distinct(parts.descriptors)
            people.append(_checked(label, rows, parts.enrolled, parts.portrait, parts.align))
        yield
    return people


@dataclass(slots=True)
class _Parts:
    """What the records of one label hold together."""

    descriptors: list[bytes]
    enrolled: datetime
    portrait: str | None
    align: Aligns | None

    def add(self, record: Record) -> None:
        self.descriptors.append(record.descriptors)
        self.enrolled = max(self.enrolled, record.enrolled)
        self.portrait = record.portrait or self.portrait
        self.align = together((self.align, record.align))


def as_record(identity: Identity) -> Record:
    """What `gathered` makes this identity of."""
    data = _bytes(identity.descriptors)
    return Record("", identity.label, data, identity.enrolled, identity.portrait, identity.align)


def _check_finite(records: list[Record]) -> None:
    joined = b"".join([record.descriptors for record in records])
    if np.isfinite(np.frombuffer(joined, "<f4")).all():
        return
    for record in records:
        if not np.isfinite(np.frombuffer(record.descriptors, "<f4")).all():
            raise InputError(
                f"{record.where}descriptors of {record.label!r}: expected finite numbers, got NaN "
                "or infinity"
            )


def _time(text: object, label: str) -> datetime:
    try:
        if not isinstance(text, str):
            raise ValueError
        return _parsed_time(text)
    except (ValueError, OverflowError):
        raise InputError(
            f"enrolled of {label!r}: expected a time in ISO 8601 such as "
            f"2026-01-31T12:00:00+00:00, got {shown(text)}"
        ) from None


@lru_cache(maxsize=1024)  # most people of a file were enrolled at a few times
def _parsed_time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(microsecond=0)
