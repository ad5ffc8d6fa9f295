"""A pad: somebody's own copy of shared notes, as a Yjs front end keeps one."""

import random
from collections.abc import Callable

from pycrdt import Doc, Text


class Pad:
    """A copy that types here and takes updates from elsewhere."""

    def __init__(self, client_id: int | None = None) -> None:
        self.doc: Doc[Text] = Doc(client_id=client_id)
        self.typed = self.doc.get("notes", type=Text)
        self.unanswered: list[bytes] = []
        """What was changed here, in its order, until somebody who sends it has its answer."""

    @property
    def text(self) -> str:
        return str(self.typed)

    @property
    def vector(self) -> bytes:
        return self.doc.get_state()

    def take(self, update: bytes) -> None:
        self.doc.apply_update(update)

    def change(self, how: Callable[[Text], object]) -> bytes:
        """Change the text; return the update that says so."""
        updates: list[bytes] = []
        watching = self.doc.observe(lambda event: updates.append(event.update))
        with self.doc.transaction():
            how(self.typed)
        self.doc.unobserve(watching)
        (update,) = updates
        self.unanswered.append(update)
        return update

    def type(self, text: str, at: int = 0) -> bytes:
        return self.change(lambda typed: typed.insert(at, text))

    def delete(self, start: int, end: int) -> bytes:
        def remove(typed: Text) -> None:
            del typed[start:end]

        return self.change(remove)

    def at_random(self, chance: random.Random) -> bytes:
        """Type or delete something somewhere. ASCII alone: places are counted in bytes."""
        length = len(self.text)
        if length > 4 and chance.random() < 0.3:
            start = chance.randrange(length - 1)
            return self.delete(start, min(length, start + chance.randint(1, 6)))
        word = "".join(chance.choice("abcdefgh \n") for _ in range(chance.randint(1, 8)))
        return self.type(word, chance.randint(0, length))
