"""A block of arrays made small for sending, without losing a bit.

What flies moves smoothly, so the bits of a number, read as an integer, are nearly what the two
numbers before it foretell. Of every array of four-byte numbers the second differences down each
column are kept instead (modulo 2**32), all their first bytes, then all their second bytes, and so
on; the whole is then deflated. Browsers inflate it natively.
"""

from __future__ import annotations

import json
import struct
import zlib
from typing import Any

import numpy as np

from keepout.report.playback.pack import MAGIC

WIDE = 4
"""Bytes of the numbers that are coded; smaller ones stay as they are."""
LEVEL = 6


def deflated(data: bytes) -> bytes:
    """Bytes as zlib writes them, which browsers know as ``deflate``."""
    return zlib.compress(data, LEVEL)


def thin(block: bytes) -> bytes:
    """A block that ``pack`` made, coded and deflated. Raises ValueError if it is none."""
    return deflated(_changed(block, _coded))


def thick(data: bytes) -> bytes:
    """The block again, bit by bit. Raises ValueError if there is none."""
    return _changed(zlib.decompress(data), _plain)


def _changed(block: bytes, change: Any) -> bytes:
    """The block with every array of four-byte numbers changed where it stands."""
    if block[:4] != MAGIC or len(block) < 8:
        raise ValueError("this is no block of arrays")
    (length,) = struct.unpack("<I", block[4:8])
    made = bytearray(block)
    for place in json.loads(block[8 : 8 + length])["arrays"].values():
        shape = [int(n) for n in place["shape"]]
        size = int(np.prod(shape, dtype=int)) * WIDE
        if not place["type"].endswith(str(WIDE)) or size == 0:
            continue
        start = 8 + length + place["offset"]
        across = shape[-1] if len(shape) > 1 else 1
        made[start : start + size] = change(block[start : start + size], across)
    return bytes(made)


def _coded(raw: bytes, across: int) -> bytes:
    """Second differences of each of so many columns, byte planes one after the other."""
    columns = np.frombuffer(raw, "<u4").reshape(-1, across).T
    for _ in range(2):
        columns = np.diff(columns, axis=1, prepend=np.zeros((across, 1), np.uint32))
    flat = np.ascontiguousarray(columns, "<u4").ravel()
    return flat.view(np.uint8).reshape(-1, WIDE).T.tobytes()


def _plain(raw: bytes, across: int) -> bytes:
    """The numbers that such planes stand for."""
    planes = np.frombuffer(raw, np.uint8).reshape(WIDE, -1)
    columns = np.ascontiguousarray(planes.T).view("<u4").reshape(across, -1)
    for _ in range(2):
        columns = np.cumsum(columns, axis=1, dtype=np.uint32)
    return np.ascontiguousarray(columns.T, "<u4").tobytes()
