"""How much a visitor downloads for a net, in words: from the table of third-party files."""

from __future__ import annotations

from pyface_files.table import Table


def model_size(table: Table, model: str) -> str:
    """The size of a net's weights, such as "190 KB" or "5.6 MB", to two digits.

    model: its name in `models` of loadPyface. Raises KeyError where the table has no such weights.
    """
    shards = f"models/{model}_model-shard"
    count = sum(asset.size for asset in table if asset.name.startswith(shards))
    if count == 0:
        raise KeyError(f"the table of third-party files has no weights of {model!r}")
    if count >= 1e6:
        return f"{count / 1e6:.1f} MB"
    return f"{round(count / 1e3, -1 if count >= 1e5 else 0):.0f} KB"
