"""No deadline for one example: the first call of a kernel compiles it."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("keepout", deadline=None, max_examples=200)
settings.load_profile("keepout")
