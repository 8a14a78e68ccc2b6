"""Everything the build tools raise on purpose: each message ends with what to do about it."""

from __future__ import annotations


class ToolError(Exception):
    """Base of what the commands of build.py print as one message, without a traceback."""


class EnvironmentSetupError(ToolError):
    """The virtual environment could not be made, or its packages not installed."""


class SourceError(ToolError):
    """One source of one file did not give it; the next source is tried."""


class HashMismatchError(SourceError):
    """A source gave other bytes than the table names."""


class UnsafePickleError(SourceError):
    """A pickled file asks for something that a file of arrays does not need."""


class DiskError(ToolError):
    """A file that cannot be read or written: a full disk, a folder of somebody else."""


class AssetsUnavailableError(ToolError):
    """Files that no source gave, with the answer of every source."""


class WheelError(ToolError):
    """The wheel of the package could not be built."""


class KernelsError(ToolError):
    """The C of the WebAssembly backend could not be compiled."""


class TablesError(ToolError):
    """The facts that JavaScript reads could not be written."""


class PageError(ToolError):
    """A page of the site could not be made of what stands in its file."""


class BrowserNotFoundError(ToolError):
    """No browser with WebGL2 was found, and none could be installed."""


class PortTakenError(ToolError):
    """The port that was asked for is in use."""
