"""Names as numbers: how a name in a file becomes an address of chance."""

from __future__ import annotations

import hashlib


def name_hash(text: str) -> int:
    """64-bit BLAKE2b of a name, as an unsigned integer.

    Source: RFC 7693, digest length 8, read little-endian.
    """
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def threat_name(raid: str, ordinal: int) -> str:
    """Name of one missile of a raid: ``north/007``."""
    return f"{raid}/{ordinal:03d}"
