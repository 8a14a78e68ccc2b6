"""Words that tell nothing to somebody who writes the other language."""

from __future__ import annotations

import re

from pyface_web import nets

_OPTIONS = [net.architecture.model_option for net in nets.values()]
_OF_PYTHON = re.compile(
    r"\b(?!pyface_web\b)[a-z]+[a-z0-9]*(?:_[a-z0-9]+)+\b|\.astype"
    r"|\b(?:None|True|False|dict|ndarray|NoneType|JsProxy|tuple|np)\b"
)
_OF_JAVASCRIPT = re.compile(
    r"\bnew [A-Z]|\b(?:undefined|null|true|false)\b|\{ |"
    r"\b(?:set|get|load|detect|with|from|to|draw|find|compute|fetch|await)[A-Z]\w*\("
)


def of_python(text: str) -> list[str]:
    """Words of Python in a message, beside names of files, of tensors and of nets in an option."""
    names = "|".join(rf"\b{name}\b" for name in _OPTIONS)
    files = rf"\S+/\S+|\S+_model\S*|\S*weights_manifest\S*|\"[^\"]*\"|{names}"
    return _OF_PYTHON.findall(re.sub(files, "", text))


def of_javascript(text: str) -> list[str]:
    """Words of JavaScript in a message."""
    return _OF_JAVASCRIPT.findall(text)
