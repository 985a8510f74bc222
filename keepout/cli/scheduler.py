"""The option ``--scheduler``, for every verb that runs trials."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

VARIABLE = "KEEPOUT_SCHEDULER"
CHOSEN = "keepout.scheduler"
"""Where the context of a command holds what the option said."""


def scheduler_option(function: F) -> F:
    """The option ``--scheduler``; runs of this process find what was chosen in the environment."""

    def choose(context: click.Context, _param: click.Parameter, value: str | None) -> None:
        if value is not None:
            os.environ[VARIABLE] = context.meta[CHOSEN] = value

    option = click.option(
        "--scheduler", metavar="WHERE", expose_value=False, callback=choose,
        help="local, gpu, the address of a Dask scheduler, or its scheduler file [local].",
    )  # fmt: skip
    return option(function)
