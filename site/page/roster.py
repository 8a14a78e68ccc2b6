"""The list of enrolled people: portraits, names that can be changed, and a way to delete them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from js import document

import pyface_web as faceapi

from .controls import element, on, text_of
from .faces import count
from .status import show_error, status

_AT_ONCE = 100  # people; of thousands a page would be busy with the list for seconds


class Roster:
    """Shows the people of an IdentityStore in a list, and changes both.

    Of very many it shows the first, and a button that shows more.
    changed(): called after every change, also one that failed.
    """

    def __init__(
        self, id: str, store: faceapi.IdentityStore, changed: Callable[[], object]
    ) -> None:
        self.store = store
        self._list = element(id)
        self._changed = changed
        self._shown = _AT_ONCE
        on(self._list, "change", self._rename)
        on(self._list, "click", self._delete)

    async def do(self, change: Awaitable[Any]) -> Any:
        """Wait for a change of the store, and show what is there then; errors are said."""
        status().clear()
        try:
            return await change
        except faceapi.PyfaceError as error:
            show_error(error, "Nothing was changed")
            return None
        finally:
            self.show()
            self._changed()

    def show(self) -> None:
        """Fill the list."""
        people = self.store.identities
        some = people[: self._shown]
        items = [_item(person) for person in some]
        if len(some) < len(people):
            items.append(_more(len(people) - len(some)))
        self._list.replaceChildren(*items)
        element("names").replaceChildren(*(text_of("option", person.label) for person in some))

    def _rename(self, event: Any) -> Any:
        label = event.target.closest("li").dataset.label
        return self.do(self.store.rename(label, event.target.value))

    def _delete(self, event: Any) -> Any:
        button = event.target.closest("button")
        if button is None:
            return None
        self._list.tabIndex = -1
        self._list.focus()  # the button that has the focus goes
        if button.matches(".more"):
            self._shown += _AT_ONCE
            self.show()
            return None
        return self.do(self.store.delete(button.closest("li").dataset.label))


def _more(number: int) -> Any:
    item = document.createElement("li")
    item.className = "others"
    button = text_of("button", f"Show more of {number:,} others", "plain more")
    button.type = "button"
    item.append(button)
    return item


def _item(person: faceapi.Identity) -> Any:
    item = document.createElement("li")
    item.className = "person"
    item.dataset.label = person.label
    image = document.createElement("img")
    image.alt = ""
    image.width = image.height = 48
    image.src = person.portrait or "../../favicon.svg"
    name = document.createElement("input")
    name.type, name.className, name.maxLength, name.value = "text", "label", 80, person.label
    name.setAttribute("aria-label", f"Name of {person.label}")
    until = f", until {person.expires:%-d %b %Y}" if person.expires else ""
    middle = document.createElement("div")
    middle.append(name, text_of("small", f"{count(person.count, 'picture')}{until}"))
    delete = text_of("button", "Delete", "plain")
    delete.type = "button"
    delete.setAttribute("aria-label", f"Delete {person.label}")
    item.append(image, middle, delete)
    return item
