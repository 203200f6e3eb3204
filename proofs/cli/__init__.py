"""The command ``separatrix``.  A new subcommand is one file here and its name in COMMANDS."""

from __future__ import annotations

import sys
from importlib import import_module

import click

__all__ = ["main"]

COMMANDS = (
    "verify",
    "check",
    "landscape",
    "solve",
    "radius",
    "bifurcation",
    "sweep",
    "derive",
    "simulate",
    "certify",
    "new",
    "recheck",
    "export",
    "report",
)


class _Commands(click.Group):
    """Commands are imported when they are named: start-up pays only for what is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(f"proofs.cli.{name}").command
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="separatrix")
def group() -> None:
    """Prove statements about the stationary points of neural-network objectives.

    Exit codes: 0 all proved, 1 something refuted, 2 bad input, 3 something undecided.
    """


def main() -> None:
    """Entry point: every error a user can cause becomes one line on standard error and exit code 2."""
    try:
        code = group.main(prog_name="separatrix", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        code = 2
    except click.ClickException as error:
        command = getattr(getattr(error, "ctx", None), "command_path", None) or "separatrix"
        click.echo(f"{command}: {_one_line(error.format_message())}", err=True)
        code = 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("separatrix: interrupted", err=True)
        code = 130
    except BrokenPipeError:
        # The reader of a pipe went away; leave without another write to it.
        sys.stderr.close()
        code = 141
    sys.exit(code if isinstance(code, int) else 0)


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 500 else line[:497] + "..."
