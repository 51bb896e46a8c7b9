"""Bytes as printable characters that may stand in any HTML page: 13 bits in two characters.

A quarter more than the bytes themselves, where base64 takes a third more. Only ASCII is used, without what markup
means something by, so the page is valid UTF-8 whatever a server says of its encoding. (Latin-1 would take some 7 %
more, but a page in it turns to garbage on every server that says ``charset=utf-8``, as most do.)
``templates/explorer/data.js`` has the other side.
"""

from __future__ import annotations

import numpy as np

ALPHABET = bytes(code for code in range(33, 127) if chr(code) not in '<&"')
"""91 characters, so two of them make 8,281 pairs: enough for 13 bits."""

_LETTER = np.frombuffer(ALPHABET, dtype=np.uint8)


def packed(data: bytes) -> str:
    """``data`` as text; the length of ``data`` has to be told beside it.

    >>> packed(b"any"), len(packed(bytes(1300)))
    ('LM-a', 1600)
    """
    groups = -(-len(data) // 13)
    padded = np.zeros((groups, 14), dtype=np.uint32)
    block = np.zeros(groups * 13, dtype=np.uint8)
    block[: len(data)] = np.frombuffer(data, dtype=np.uint8)
    padded[:, :13] = block.reshape(groups, 13)
    out = np.empty((groups, 16), dtype=np.uint8)
    for place in range(8):  # 13 bytes are eight times 13 bits, the lowest first
        byte, shift = divmod(13 * place, 8)
        bits = padded[:, byte] | padded[:, byte + 1] << 8
        if shift > 3:
            bits |= padded[:, min(byte + 2, 13)] << 16
        number = (bits >> shift) & 8191
        out[:, 2 * place] = _LETTER[number // 91]
        out[:, 2 * place + 1] = _LETTER[number % 91]
    return out.tobytes()[: 2 * -(-8 * len(data) // 13)].decode("ascii")


def unpacked_size(characters: int) -> int:
    """Bytes that so many characters carry.

    >>> unpacked_size(4), unpacked_size(1600)
    (3, 1300)
    """
    return characters // 2 * 13 // 8
