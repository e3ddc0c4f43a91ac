"""The command line: parses, calls, prints. The commands stand in `commands/`."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from sandbox_kg import __version__
from sandbox_kg.commands import asking, drafting, making, networks, pages, servers
from sandbox_kg.commands.common import fail
from sandbox_kg.console import make_streams_safe
from sandbox_kg.messages import LANGUAGES, language_of, message
from sandbox_kg.problems import Problem, ProblemsFoundError

if TYPE_CHECKING:
    from typer.core import TyperGroup

    from sandbox_kg.store.errors import QueryError


def make_command(language: str) -> "TyperGroup":
    """The command line, with its help in one language."""
    command = typer.main.get_command(make_app(language))
    for parameter in command.params:
        if parameter.name in ("install_completion", "show_completion"):  # typer has only English words for these
            parameter.help = message(f"help-{parameter.name.replace('_', '-')}", language)  # type: ignore[attr-defined]
            parameter.rich_help_panel = message("panel-options", language)  # type: ignore[attr-defined]
    return command  # type: ignore[return-value]


def make_app(language: str) -> typer.Typer:
    """The commands, with their help in one language."""

    def say(key: str, /, **values: object) -> str:
        return message(key, language, **values)

    app = typer.Typer(
        name="sandbox-kg",
        help=say("help"),
        epilog=say("help-epilog"),
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="markdown",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    options = say("panel-options")

    def show_version(wanted: bool) -> None:
        if wanted:
            print(f"sandbox-kg {__version__}")
            raise typer.Exit

    @app.callback()
    def common(
        lang: Annotated[str, typer.Option(help=say("help-lang"), rich_help_panel=options, metavar="zh|en")] = language,
        version: Annotated[
            bool,
            typer.Option(
                "--version", callback=show_version, is_eager=True, help=say("help-version"), rich_help_panel=options
            ),
        ] = False,
    ) -> None:
        """The language is read before the help is made; see `split_language`."""

    for part in (making, drafting, asking, networks, pages, servers):
        part.add(app, say, language)
    return app


def print_problems(problems: Sequence[Problem], language: str) -> None:
    """Prints each problem on a line of its own to standard error, then how many there are."""
    for problem in problems:
        print(problem.text(language), file=sys.stderr)
    print(message("problems", language, count=len(problems)), file=sys.stderr)


def split_language(arguments: Sequence[str]) -> tuple[list[str], str, str]:
    """Takes `--lang` out of a command line, wherever it stands, since the help itself depends on it.

    Returns:
        The other arguments, the language, and a value that is no language (empty if there is none).
    """
    rest: list[str] = []
    wrong = ""
    items = iter(arguments)
    for argument in items:
        if argument == "--":
            rest += [argument, *items]
        elif argument == "--lang" or argument.startswith("--lang="):
            value = argument.partition("=")[2] if "=" in argument else next(items, "")
            wrong = wrong if value in LANGUAGES else value or "--lang"
        else:
            rest.append(argument)
    return rest, language_of(arguments, sys.stdout.encoding or "ascii"), wrong


def _query_error() -> type["QueryError"]:
    """The error of asking; loaded only while an exception is looked at, to keep the start light."""
    from sandbox_kg.store.errors import QueryError

    return QueryError


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command line; a problem is told in words, never as a traceback."""
    make_streams_safe()
    rest, language, wrong = split_language(sys.argv[1:] if arguments is None else arguments)
    if wrong:
        fail(message("language-wrong", language, value=wrong), 2)
    try:
        make_command(language)(args=rest, prog_name="sandbox-kg")
    except ProblemsFoundError as found:
        print_problems(found.problems, language)
        raise SystemExit(1) from None
    except _query_error() as error:
        fail(error.text(language), 1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has had enough
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        fail(message("interrupted", language), 130)
    except OSError as error:
        name = str(error.filename or "")
        fail(message("file-error", language, file=name, error=error.strerror or str(error)), 1)
