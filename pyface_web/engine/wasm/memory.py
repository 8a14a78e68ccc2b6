"""Which parts of the kernels' memory are taken: blocks from below, one behind the other."""

from __future__ import annotations

from pyface_web.engine.wasm.layout import filled_up

_LINE = 64  # bytes


class Blocks:
    """Addresses of blocks that stay, from `start` on; behind the last one, `end`, all is free."""

    def __init__(self, start: int) -> None:
        self._start = filled_up(start, _LINE)
        self._taken: dict[int, int] = {}  # address -> bytes

    @property
    def end(self) -> int:
        """Behind the last block."""
        return max((at + size for at, size in self._taken.items()), default=self._start)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._taken)

    @property
    def bytes(self) -> int:
        """Of all blocks."""
        return sum(self._taken.values())

    def take(self, size: int) -> int:
        """The address of a new block: the first gap that is large enough, else the end."""
        size = filled_up(max(size, 1), _LINE)
        at = self._start
        for start, length in sorted(self._taken.items()):
            if at + size <= start:
                break
            at = start + length
        self._taken[at] = size
        return at

    def free(self, address: int) -> None:
        """Give a block back."""
        del self._taken[address]
