"""A head of JSON and arrays of numbers in one block of bytes, as a browser reads them.

``KPB1``, length of the head (4 bytes, little-endian), the head, zeros up to a multiple of 8,
then the arrays, each from a multiple of 8 on. The head's ``arrays`` says of each its type,
shape, and first byte after the head. Types are numpy's: f4, i4, u1, … little-endian.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np

MAGIC = b"KPB1"
TYPES = ("f4", "i4", "u4", "u2", "u1")
ALIGN = 8


def pack(head: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> bytes:
    """Head and arrays as bytes. Raises ValueError for a type of number no browser array has."""
    places, blocks, offset = {}, [], 0
    for name, array in arrays.items():
        code = array.dtype.str[1:]
        if code not in TYPES:
            raise ValueError(f"{name} holds {code}; a block holds {', '.join(TYPES)}")
        raw = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
        block = raw.tobytes()
        places[name] = {"type": code, "shape": list(array.shape), "offset": offset}
        blocks.append(block + bytes(-len(block) % ALIGN))
        offset += len(blocks[-1])
    text = json.dumps(dict(head) | {"arrays": places}, allow_nan=False).encode()
    text += b" " * (-(len(text) + len(MAGIC) + 4) % ALIGN)
    return b"".join([MAGIC, struct.pack("<I", len(text)), text, *blocks])


def unpack(data: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Head and arrays of a block. Raises ValueError if it is none."""
    if data[:4] != MAGIC or len(data) < 8:
        raise ValueError("this is no block of arrays")
    (length,) = struct.unpack("<I", data[4:8])
    head = json.loads(data[8 : 8 + length])
    arrays = {}
    for name, place in head.pop("arrays").items():
        count = int(np.prod(place["shape"], dtype=int))
        start = 8 + length + place["offset"]
        array = np.frombuffer(data, f"<{place['type']}", count, start)
        arrays[name] = array.reshape(place["shape"])
    return head, arrays
