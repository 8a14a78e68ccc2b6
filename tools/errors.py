"""Everything the build tools raise on purpose: each message ends with what to do about it."""

from __future__ import annotations

from pyface_files.errors import FilesError


class ToolError(FilesError):
    """Base of what the commands of build.py print as one message, without a traceback."""


class EnvironmentSetupError(ToolError):
    """The virtual environment could not be made, or its packages not installed."""


class ModuleFailedError(ToolError):
    """A module of tools did not end well in the environment; its last words."""


class WheelError(ToolError):
    """The wheel of the package could not be built."""


class PackageError(ToolError):
    """The npm package could not be made."""


class KernelsError(ToolError):
    """The C of the WebAssembly backend could not be compiled."""


class TablesError(ToolError):
    """The facts that JavaScript reads could not be written."""


class NodePackagesError(ToolError):
    """Packages of Node that tests need could not be installed."""


class TypesError(ToolError):
    """The declarations for TypeScript could not be written."""


class PageError(ToolError):
    """A page of the site could not be made of what stands in its file."""


class BrowserNotFoundError(ToolError):
    """No browser with WebGL2 was found, and none could be installed."""


class PortTakenError(ToolError):
    """The port that was asked for is in use."""
