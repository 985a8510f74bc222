"""``keepout completion``: what a shell needs so that Tab completes verbs, options and values."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from keepout.cli.output import emit, json_option

SHELLS = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
@json_option
def command(shell: str, as_json: bool) -> None:
    """Print the script that makes Tab complete keepout's verbs and options in SHELL.

    The script asks keepout itself at every Tab, so it never lags behind. For bash, in ~/.bashrc:
    eval "$(keepout completion bash)". For zsh, in ~/.zshrc after compinit:
    eval "$(keepout completion zsh)". For fish: keepout completion fish >
    ~/.config/fish/completions/keepout.fish.
    """
    root = click.get_current_context().find_root()
    asked = get_completion_class(shell)
    assert asked is not None
    script = asked(root.command, {}, "keepout", VARIABLE).source()
    emit(as_json, {"shell": shell, "script": script}, script)


VARIABLE = "_KEEPOUT_COMPLETE"
"""How the script says to keepout that it only asks; click's own convention."""
