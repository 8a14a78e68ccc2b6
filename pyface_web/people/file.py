"""Identities as JSON text: written, and read with every value checked before any is used.

    {"format": "pyface_web identities", "version": 1, "exported": "2026-01-31T12:00:00+00:00",
     "identities": [{"label": "Ada", "enrolled": "2026-01-30T09:00:00+00:00",
                     "descriptors": ["<base64>", ...], "portrait": "data:image/jpeg;base64,..."}]}

A descriptor is base64 of its 128 float32 in little-endian order, 512 bytes, so that it comes back
bit for bit. `portrait` may be missing. `"align"` says how the descriptors of a person were cut,
"upright" or "mixed", or null where that is not known; without it they are "box", as in the files of
older versions, which read those with it and compare all. Sealed with a passphrase the file is

    {"format": ..., "version": 1,
     "encryption": {"key": "PBKDF2-HMAC-SHA-256", "iterations": 600000, "salt": "<base64>",
                    "cipher": "AES-256-GCM", "iv": "<base64>"},
     "ciphertext": "<base64>"}

where the plain text is the UTF-8 of the file above, and everything beside the ciphertext, as JSON
with sorted keys and without spaces, is authenticated with it (the "additional data" of GCM).
The passphrase is taken as the UTF-8 of its NFC form.
"""

from __future__ import annotations

import binascii
import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyface_web.errors import IdentityFileError, InputError, ShapeError
from pyface_web.people.identity import (
    DESCRIPTOR_BYTES,
    Identity,
    Record,
    clean_label,
    from_record,
    gathered,
    to_record,
)
from pyface_web.people.matcher import as_descriptors, listed_people, parts_of_person
from pyface_web.people.turns import batches, taken_out
from pyface_web.values import outside
from pyface_web.values.alignment import aligns_in
from pyface_web.values.arrays import DESCRIPTOR_LENGTH
from pyface_web.values.numeric import shown
from pyface_web.values.outside import Steps

FORMAT = "pyface_web identities"
VERSION = 1
MAX_BYTES = 64 * 2**20
"""Longest file that is read: about 80,000 descriptors, a few hundred megabytes of memory."""

# What OWASP's Password Storage Cheat Sheet asks of PBKDF2-HMAC-SHA-256 (since 2023); a file says
# how many it was sealed with. More than the maximum would block whoever opens a hostile file.
ITERATIONS = 600_000
_MAX_ITERATIONS = 10 * ITERATIONS
SALT_BYTES, IV_BYTES, TAG_BYTES = 16, 12, 16
_SLICE = 3 * 2**18  # bytes, or characters of base64, between two rests
_KEY, _CIPHER = "PBKDF2-HMAC-SHA-256", "AES-256-GCM"


@dataclass(frozen=True)
class Sealed:
    """A file that needs a passphrase: what the key is made with, and what it opens."""

    iterations: int
    salt: bytes
    iv: bytes
    additional_data: bytes
    ciphertext: bytes


def writing(identities: Iterable[Identity], now: datetime) -> Steps[str]:
    """The text of a file; IdentityFileError if it is too long to be read again."""
    content = {"format": FORMAT, "version": VERSION, "exported": now.isoformat()}
    texts = [json.dumps(content).removesuffix("}"), ', "identities": [']
    length, comma = 0, ""
    for batch in batches(identities):
        for identity in batch:
            entry = yield from _entry_text(identity)
            texts.append(f"{comma}\n{entry}")
            length += len(entry) if entry.isascii() else len(entry.encode())
            comma = ","
        _check_length(length)
        yield
    texts.append("\n]}")
    return "".join(texts)


def _entry_text(identity: Identity) -> Steps[str]:
    record = to_record(identity)
    data = record.pop("descriptors")
    parts: list[str] = []
    for batch in batches(range(0, len(data), DESCRIPTOR_BYTES), 512):
        if parts:
            yield
        parts += [f'"{_base64(data[at : at + DESCRIPTOR_BYTES])}"' for at in batch]
    beside = json.dumps(record, ensure_ascii=False).removesuffix("}")
    return f'{beside}, "descriptors": [{", ".join(parts)}]}}'


def header(salt: bytes, iv: bytes) -> dict[str, Any]:
    """What stands beside the ciphertext of a sealed file."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "encryption": {
            "key": _KEY,
            "iterations": ITERATIONS,
            "salt": _base64(salt),
            "cipher": _CIPHER,
            "iv": _base64(iv),
        },
    }


def additional_data(beside: Mapping[str, Any]) -> bytes:
    """The bytes of a header that are authenticated."""
    return json.dumps(beside, sort_keys=True, separators=(",", ":")).encode()


def writing_sealed(beside: Mapping[str, Any], ciphertext: bytes) -> Steps[str]:
    """The text of a sealed file; IdentityFileError if it is too long to be read again."""
    _check_length(len(ciphertext) * 4 // 3)
    texts = [json.dumps(beside, indent=1).removesuffix("\n}"), ',\n "ciphertext": "']
    for at in range(0, len(ciphertext), _SLICE):
        texts.append(_base64(ciphertext[at : at + _SLICE]))
        yield
    texts.append('"\n}')
    return "".join(texts)


def reading(text: object, now: datetime) -> Steps[list[Identity] | Sealed]:
    """The identities of a file, each label once; or what must be opened with a passphrase first.

    Also of the JSON that face-api.js makes of LabeledFaceDescriptors (one, or a list) and
    FaceMatcher; these are enrolled now. Raises IdentityFileError for anything else.
    """
    if not isinstance(text, str | bytes):
        raise IdentityFileError(
            f"a file of identities: expected its text, got {type(text).__name__}; "
            "await file.text() gives that of a File"
        )
    _check_length(len(text))
    content = yield from outside.parsing(
        text,
        "a file of identities",
        error=IdentityFileError,
        max_bytes=MAX_BYTES,
        remedy="is it the file that was exported, and whole?",
    )
    try:
        if not _is_ours(content):
            return (yield from gathered(_of_face_api(content, now)))
        if "encryption" in content or "ciphertext" in content:
            return (yield from _sealed(content))
        return (yield from gathered(_entries(content, now)))
    except (InputError, ShapeError) as error:
        if isinstance(error, IdentityFileError):
            raise
        raise IdentityFileError(f"a file of identities: {error}; nothing was imported") from None


def _check_length(length: int) -> None:
    if length > MAX_BYTES:
        raise IdentityFileError(
            f"a file of identities: expected at most {MAX_BYTES // 2**20} MiB, got "
            f"{length / 2**20:.1f}; divide it, or leave out the portraits"
        )


def _is_ours(content: Any) -> bool:
    """Whether it is a file of this format and version; False for what may be face-api.js's."""
    if not isinstance(content, Mapping) or "format" not in content:
        return False
    if content["format"] != FORMAT:
        raise IdentityFileError(
            f"a file of identities: expected the format {FORMAT!r}, got {shown(content['format'])}"
            "; is it another program's file?"
        )
    version = content.get("version")
    if type(version) is int and version > VERSION:
        raise IdentityFileError(
            f"a file of identities: expected version {VERSION}, got {version}; it was written by "
            "a newer pyface_web, update this one"
        )
    if type(version) is not int or version != VERSION:
        raise IdentityFileError(
            f"a file of identities: expected version {VERSION}, got {shown(version)}; the file is "
            "damaged, export it again"
        )
    return True


def _of_face_api(content: Any, now: datetime) -> Iterator[Record]:
    if isinstance(content, Mapping) and "labeledDescriptors" in content:
        content = listed_people(content)
    elif isinstance(content, Mapping) and "descriptors" in content:
        content = [content]
    if not isinstance(content, list):
        raise IdentityFileError(
            f"a file of identities: expected the format {FORMAT!r}, or labelled descriptors of "
            "face-api.js, got JSON of another kind; is it the right file?"
        )
    for item in taken_out(content):
        label, descriptors, align = parts_of_person(item)
        name = clean_label(label)
        rows = as_descriptors(descriptors, f"descriptors of {name!r}")
        if not len(rows):
            raise InputError(f"{name!r}: expected at least one descriptor, got none")
        yield Record("", name, rows.tobytes(), now, None, align)


def _entries(content: Mapping[str, Any], now: datetime) -> Iterator[Record | None]:
    entries = content.get("identities")
    if not isinstance(entries, list):
        raise InputError(f"identities: expected a list, got {type(entries).__name__}")
    for number, entry in enumerate(taken_out(entries), 1):
        where = f"identity {number}: "
        if not isinstance(entry, Mapping):
            raise InputError(f"{where}expected an object, got {type(entry).__name__}")
        parts = entry.get("descriptors")
        if not isinstance(parts, list):
            raise InputError(f"{where}descriptors: expected a list, got {type(parts).__name__}")
        rows = []
        for index, part in enumerate(parts, 1):
            row = _bytes(part, f"{where}descriptor {index}")
            if len(row) != DESCRIPTOR_BYTES:
                raise InputError(
                    f"{where}descriptor {index}: expected {DESCRIPTOR_BYTES} bytes "
                    f"({DESCRIPTOR_LENGTH} float32), got {len(row)}"
                )
            rows.append(row)
            if not index % 512:
                yield None
        yield from_record(
            entry.get("label"),
            b"".join(rows),
            entry.get("enrolled"),
            entry.get("portrait"),
            aligns_in(entry, f"identity {number}"),
            now=now,
            where=where,
        )


def _sealed(content: Mapping[str, Any]) -> Steps[Sealed]:
    beside = {key: value for key, value in content.items() if key != "ciphertext"}
    encryption = content.get("encryption")
    if not isinstance(encryption, Mapping):
        raise InputError(f"encryption: expected an object, got {type(encryption).__name__}")
    for key, known in (("key", _KEY), ("cipher", _CIPHER)):
        if encryption.get(key) != known:
            raise InputError(
                f"encryption: {key}: expected {known!r}, got {shown(encryption.get(key))}"
            )
    iterations = encryption.get("iterations")
    if type(iterations) is not int or not ITERATIONS <= iterations <= _MAX_ITERATIONS:
        raise InputError(
            f"encryption: iterations: expected {ITERATIONS} to {_MAX_ITERATIONS}, "
            f"got {shown(iterations)}"
        )
    salt, iv = (
        _bytes(encryption.get(name), f"encryption: {name}", length)
        for name, length in (("salt", SALT_BYTES), ("iv", IV_BYTES))
    )
    ciphertext = yield from _long_bytes(content.get("ciphertext"), "ciphertext")
    if len(ciphertext) <= TAG_BYTES:
        raise InputError(f"ciphertext: expected more than {TAG_BYTES} bytes; was the file cut?")
    return Sealed(iterations, salt, iv, additional_data(beside), ciphertext)


def _base64(data: bytes) -> str:
    return b64encode(data).decode("ascii")


def _bytes(text: object, what: str, length: int | None = None) -> bytes:
    if not isinstance(text, str):
        raise InputError(f"{what}: expected base64 text, got {type(text).__name__}")
    try:
        data = binascii.a2b_base64(text, strict_mode=True)
    except (binascii.Error, ValueError):
        raise InputError(f"{what}: expected base64 text, got other characters") from None
    if length is not None and len(data) != length:
        raise InputError(f"{what}: expected {length} bytes, got {len(data)}")
    return data


def _long_bytes(text: object, what: str) -> Steps[bytes]:
    """`_bytes` with rests."""
    if not isinstance(text, str) or "=" in text[:-2]:  # at the end of a slice it would be right
        return _bytes(text, what)
    parts = []
    for at in range(0, len(text), _SLICE):
        parts.append(_bytes(text[at : at + _SLICE], what))
        yield
    return b"".join(parts)
