"""What fetching and keeping files raises on purpose: each message ends with what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class FilesError(Exception):
    """Base of what went wrong with a file, said in one message with what to do about it."""


class SourceError(FilesError):
    """One source of one file did not give it; the next source is tried."""


class HashMismatchError(SourceError):
    """A source gave other bytes than the table names."""


class UnsafePickleError(SourceError):
    """A pickled file asks for something that a file of arrays does not need."""


class DiskError(FilesError):
    """A file that cannot be read or written: a full disk, a folder of somebody else."""


class AssetsUnavailableError(FilesError):
    """Files that no source gave. answers: what each source said, by the names of the files."""

    def __init__(self, message: str, answers: Mapping[str, Sequence[str]]) -> None:
        super().__init__(message)
        self.answers = answers
