"""Bytes as characters that may stand in any HTML page.

A page is UTF-8 or UTF-16. In UTF-8 only ASCII is used, without what markup means something by: two characters carry 13
bits, a quarter more than the bytes themselves, where base64 takes a third more. In UTF-16 two characters, four bytes,
carry 31 bits, 3 % more than the bytes themselves; but scripts and markup take twice as many, so it is for large pages.
Either is read rightly whatever a server says of the encoding: UTF-16 begins with a mark that goes before what the
server says (https://encoding.spec.whatwg.org/#decode). (Latin-1 has no such mark, and most servers say UTF-8.)
``templates/explorer/data.js`` has the other side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

MARK = "\ufeff"
"""What a page in UTF-16 begins with."""


@dataclass(frozen=True, eq=False)
class Packing:
    """How a page carries bytes."""

    encoding: str
    """Of the file."""
    mark: str
    """What the file begins with."""
    character: int
    """Bytes that one of the characters takes in the file."""
    letters: npt.NDArray[Any]
    """The characters, by the number that each stands for."""
    bits: int
    """What two of them carry."""

    def packed(self, data: bytes) -> str:
        """``data`` as text; the length of ``data`` has to be told beside it.

        >>> ASCII.packed(b"any"), len(ASCII.packed(bytes(1300))), len(WIDE.packed(bytes(1550)))
        ('LM-a', 1600, 800)
        """
        groups = -(-len(data) // self.bits)
        block = np.zeros((groups, self.bits + 4), dtype=np.uint64)
        flat = np.zeros(groups * self.bits, dtype=np.uint8)
        flat[: len(data)] = np.frombuffer(data, dtype=np.uint8)
        block[:, : self.bits] = flat.reshape(groups, self.bits)
        out = np.empty((groups, 16), dtype=self.letters.dtype)
        for place in range(8):  # as many bytes are eight times as many bits, the lowest first
            byte, shift = divmod(self.bits * place, 8)
            number = np.zeros(groups, dtype=np.uint64)
            for further in range(-(-(self.bits + shift) // 8)):
                number |= block[:, byte + further] << np.uint64(8 * further)
            number = (number >> np.uint64(shift)) & np.uint64((1 << self.bits) - 1)
            out[:, 2 * place] = self.letters[number // np.uint64(len(self.letters))]
            out[:, 2 * place + 1] = self.letters[number % np.uint64(len(self.letters))]
        characters = 2 * -(-8 * len(data) // self.bits)
        return out.tobytes()[: characters * self.letters.itemsize].decode("ascii" if self is ASCII else "utf-16-le")

    def room(self, size: int) -> int:
        """Bytes that can be packed into so many bytes of a file.

        >>> ASCII.room(1600), WIDE.room(1600)
        (1300, 1550)
        """
        return size // self.character // 2 * self.bits // 8

    def size(self, page: str) -> int:
        """Bytes of a page's file."""
        return len((self.mark + page).encode(self.encoding))


ASCII = Packing(
    "utf-8", "", 1, np.array([code for code in range(33, 127) if chr(code) not in '<&"'], dtype=np.uint8), 13
)
"""91 characters, so two of them make 8,281 pairs: enough for 13 bits."""

WIDE = Packing("utf-16-le", MARK, 2, np.arange(0x2100, 0x2100 + 46_341).astype("<u2"), 31)
"""46,341 characters, beginning behind those that mean something to markup or to the direction of writing and ending
before the surrogates; two of them make enough pairs for 31 bits."""
