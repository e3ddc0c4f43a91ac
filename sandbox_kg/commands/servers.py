"""Commands that put the graph on servers: serve, publish."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from sandbox_kg.commands.common import Say, the_project


def add(app: typer.Typer, say: Say, language: str) -> None:
    """Adds the commands."""
    options = say("panel-options")
    servers = say("panel-servers")

    @app.command(help=say("help-serve"), rich_help_panel=servers)
    def serve(
        port: Annotated[int, typer.Option(help=say("help-port"), rich_help_panel=options, min=1, max=65535)] = 7878,
        host: Annotated[str, typer.Option(help=say("help-host"), rich_help_panel=options)] = "127.0.0.1",
        timeout: Annotated[int, typer.Option(help=say("help-serve-timeout"), rich_help_panel=options, min=1)] = 60,
        folder: Annotated[
            Path | None, typer.Option(help=say("help-folder"), rich_help_panel=options, show_default=False)
        ] = None,
        allow_other_hosts: Annotated[
            bool, typer.Option("--allow-other-hosts", help=say("help-other-hosts"), rich_help_panel=options)
        ] = False,
    ) -> None:
        from sandbox_kg import serving
        from sandbox_kg.knowledge_graph import graph_file, graph_name, is_stale

        project = the_project(None, say)
        if is_stale(project):
            print(say("graph-stale"), file=sys.stderr)
        name = graph_name(project)

        def tell(url: str) -> None:
            print(serving.how_to_ask(url, name, language), flush=True)

        def tell_again(words: str) -> None:
            print(say("serve-restarted", words=words), file=sys.stderr, flush=True)

        serving.serve(
            graph_file(project),
            name,
            host=host,
            port=port,
            timeout_s=timeout,
            folder=folder,
            allow_other_hosts=allow_other_hosts,
            ready=tell,
            restarted=tell_again,
        )

    @app.command(help=say("help-publish"), rich_help_panel=servers)
    def publish(
        url: Annotated[str, typer.Argument(help=say("help-publish-url"), show_default=False)],
        graph: Annotated[
            str | None, typer.Option(help=say("help-graph"), rich_help_panel=options, show_default=False)
        ] = None,
        method: Annotated[str, typer.Option(help=say("help-method"), rich_help_panel=options)] = "update",
        query_url: Annotated[
            str | None, typer.Option(help=say("help-query-url"), rich_help_panel=options, show_default=False)
        ] = None,
        store_url: Annotated[
            str | None, typer.Option(help=say("help-store-url"), rich_help_panel=options, show_default=False)
        ] = None,
    ) -> None:
        from sandbox_kg import publishing
        from sandbox_kg.knowledge_graph import graph_file, graph_name, is_stale

        project = the_project(None, say)
        if is_stale(project):
            print(say("graph-stale"), file=sys.stderr)

        def tell(step: str, done: int, total: int) -> None:
            if sys.stderr.isatty():
                print(f"{say(step)} {done:,} / {total:,}", file=sys.stderr, flush=True)

        made = publishing.publish(
            url,
            graph_file(project),
            graph or graph_name(project),
            method=method,
            query_url=query_url,
            store_url=store_url,
            progress=tell,
        )
        print(say("published", graph=made.graph, triples=f"{made.triples:,}", digest=made.digest))
