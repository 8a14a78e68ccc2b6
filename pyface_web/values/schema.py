"""The schema of the dictionaries that `to_dict` writes, and what `from_dict` asks of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyface_web.errors import InputError
from pyface_web.host import kind_of
from pyface_web.values.given import part
from pyface_web.values.numeric import shown

SCHEMA_VERSION = 1
"""Version of the dictionaries that `to_dict` writes; raised when a reader must know."""


def check_schema(data: Mapping[str, Any], kind: str) -> None:
    """InputError unless data is a mapping of the given type and of a schema known here."""
    if not isinstance(data, Mapping):
        raise InputError(f"{kind}.from_dict: expected a mapping, got {kind_of(data)}")
    version = part(data, "schema")
    if version is not None and shown(version) != str(SCHEMA_VERSION):
        raise InputError(
            f"{kind}.from_dict: expected schema {SCHEMA_VERSION}, got {shown(version)}; "
            "was it written by a newer version of pyface_web?"
        )
    named = part(data, "type")
    if named is not None and not (isinstance(named, str) and named == kind):
        raise InputError(f"{kind}.from_dict: expected type {kind!r}, got {shown(named)}")


def required(data: Mapping[str, Any], key: str, kind: str) -> Any:
    """data[key], or an InputError that names what lacks it."""
    try:
        return data[key]
    except Exception:  # missing, or the mapping will not say
        raise InputError(f"{kind}.from_dict: the key {key!r} is missing") from None
