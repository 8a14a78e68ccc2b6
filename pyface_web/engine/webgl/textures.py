"""One pool of textures for all nets: a tensor lives in the corner of any free one that fits."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from pyface_web.engine.webgl.draws import Plan


@dataclass
class PooledTexture:
    """A texture of the pool; bytes = width * height * layers * bytes of a texel."""

    id: str
    width: int
    height: int
    layers: int

    @property
    def area(self) -> int:
        return self.width * self.height


def lifetimes(plan: Plan) -> dict[str, int]:
    """Tensor -> index of the last draw that reads it."""
    last = {draw.output: i for i, draw in enumerate(plan.draws)}
    for i, draw in enumerate(plan.draws):
        for _, name in draw.inputs:
            if name in plan.tensors:
                last[name] = i
    return last


class TexturePool:
    """Hands out textures by capacity. Only one plan runs at a time, so all plans share them.

    create(id, width, height, layers) and delete(id) do the work on the device. `generation`
    counts deletions: under an unchanged one all that was assigned is still there; under another,
    ask `holds`.
    """

    def __init__(
        self, create: Callable[[str, int, int, int], None], delete: Callable[[str], None]
    ) -> None:
        self._create, self._delete = create, delete
        self._textures: list[PooledTexture] = []
        self._count = 0
        self.generation = 0

    def assign(self, plan: Plan, batch: int) -> dict[str, str]:
        """Tensor -> texture id, such that tensors that live at the same time never share one."""
        last = lifetimes(plan)
        free = list(self._textures)
        used: set[str] = set()  # by this plan, so they may not be replaced any more
        taken: dict[str, PooledTexture] = {}

        def take(name: str) -> None:
            layout = plan.tensors[name]
            width, height = layout.texture_width, layout.texture_rows * batch
            alike = [t for t in free if t.layers == layout.layers]
            fitting = [t for t in alike if t.width >= width and t.height >= height]
            if fitting:
                texture = min(fitting, key=lambda t: t.area)
                free.remove(texture)
            else:
                unused = [t for t in alike if t.id not in used]
                texture = self._grow(unused, free, width, height, layout.layers)
            used.add(texture.id)
            taken[name] = texture

        if plan.image and all(draw.output != plan.image for draw in plan.draws):
            take(plan.image)
        for i, draw in enumerate(plan.draws):
            if draw.output in plan.tensors:
                take(draw.output)
            for name in {name for _, name in draw.inputs if name in taken}:
                if last[name] == i:
                    free.append(taken[name])
        return {name: texture.id for name, texture in taken.items()}

    def holds(self, ids: Collection[str]) -> bool:
        """Whether all these textures are still there."""
        return {texture.id for texture in self._textures}.issuperset(ids)

    def clear(self) -> None:
        """Delete every texture."""
        for texture in self._textures:
            self._delete(texture.id)
        self._textures = []
        self.generation += 1

    def _grow(
        self,
        unused: list[PooledTexture],
        free: list[PooledTexture],
        width: int,
        height: int,
        layers: int,
    ) -> PooledTexture:
        """A new texture, in place of one that was too small where one for both uses costs less.

        So the pool never becomes larger than the sum of what the plans need; and since
        capacities only grow, two plans cannot go on replacing each other's textures.
        """
        needed = width * height

        def extra(old: PooledTexture) -> int:
            return max(old.width, width) * max(old.height, height) - old.area

        old = min(unused, key=extra, default=None)
        if old is None or extra(old) >= needed:
            return self._new(width, height, layers)
        free.remove(old)
        self._textures.remove(old)
        self._delete(old.id)
        self.generation += 1
        return self._new(max(old.width, width), max(old.height, height), layers)

    def _new(self, width: int, height: int, layers: int) -> PooledTexture:
        self._count += 1
        texture = PooledTexture(f"pool{self._count}", width, height, layers)
        self._create(texture.id, width, height, layers)
        self._textures.append(texture)
        return texture
