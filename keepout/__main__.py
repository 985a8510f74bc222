"""``python -m keepout``: the command line."""

from __future__ import annotations

from keepout.cli import main

main()
