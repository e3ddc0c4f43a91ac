"""What a shell offers on TAB: names of questions, their parameters, and the values that these take."""

from __future__ import annotations

from typing import Any

from typer._click.shell_completion import CompletionItem
from typer.core import TyperCommand

from sandbox_kg.project import find_project


def question_names(incomplete: str) -> list[str]:
    """The questions whose names begin so; none where there is no project."""
    try:
        folder = find_project().queries
    except FileNotFoundError:
        return []
    return sorted(path.stem for path in folder.glob("*.rq") if path.stem.startswith(incomplete))


def source_names(incomplete: str) -> list[str]:
    """The sources whose names begin so; none where there is no built graph."""
    return _names("sources", "source", incomplete)


def cohort_names(incomplete: str) -> list[str]:
    """The cohorts whose names begin so; none where there is no built graph."""
    return _names("cohorts", "cohort", incomplete)


def _names(query: str, column: str, incomplete: str) -> list[str]:
    from sandbox_kg.knowledge_graph import open_graph
    from sandbox_kg.store.errors import QueryError

    try:
        kg = open_graph()
        names = {kg.context.compact(row[column]) for row in kg.internal(f"draft-{query}")}
    except (QueryError, FileNotFoundError, OSError):
        return []  # a shell that waits for words must not be told errors
    return sorted(name for name in names if name.startswith(incomplete))


class QuestionCommand(TyperCommand):
    """A command whose further options are the parameters of the question that it is given."""

    def shell_complete(self, ctx: Any, incomplete: str) -> list[CompletionItem]:
        """The parameters of the question beside the command's own options, or the values of a parameter."""
        name = ctx.params.get("name")
        asked = [*ctx.args, incomplete]
        before = asked[-2] if len(asked) > 1 else ""
        own = [] if before.startswith("--") else super().shell_complete(ctx, incomplete)
        return [*_of_question(name, before, incomplete), *own] if name else own


def _of_question(name: str, before: str, incomplete: str) -> list[CompletionItem]:
    from sandbox_kg.knowledge_graph import open_graph
    from sandbox_kg.messages import language_of
    from sandbox_kg.store.errors import QueryError

    try:
        kg = open_graph()
        question = kg.question(name)
        language = language_of((), "utf-8")
        if before.startswith("--"):
            values = kg.values_of(question.parameter(before.removeprefix("--")))
            return [
                CompletionItem(value, help=labels[language]) for value, labels in values if _fits(value, incomplete)
            ]
    except (QueryError, FileNotFoundError, OSError):
        return []  # a shell that waits for words must not be told errors
    return [
        CompletionItem(f"--{parameter.name}", help=parameter.labels[language])
        for parameter in question.parameters
        if _fits(f"--{parameter.name}", incomplete)
    ]


def _fits(value: str, incomplete: str) -> bool:
    return value.startswith(incomplete)
