"""`understudy completion`: what a shell needs to complete commands."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that completes commands, options and the server's names in a shell.

    \b
    Examples:
      eval "$(understudy completion bash)"          in this shell alone
      understudy completion fish | source

    \b
    For good:
      echo 'eval "$(understudy completion bash)"' >> ~/.bashrc
      echo 'eval "$(understudy completion zsh)"' >> ~/.zshrc      after compinit
      understudy completion fish > ~/.config/fish/completions/understudy.fish

    Names of sandboxes, plans, collections and the like come from the server at UNDERSTUDY_URL, or
    at --server where that is on the line already. bash has to be 4.4 or later.
    """
    maker = get_completion_class(shell)
    assert maker is not None
    made = maker(ctx.find_root().command, {}, "understudy", "_UNDERSTUDY_COMPLETE")
    click.echo(made.source())
