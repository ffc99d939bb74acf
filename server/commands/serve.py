"""`serve`: the project's model for other tools on this machine."""

from __future__ import annotations

import secrets
import socket
from pathlib import Path

import click

from server import console
from server.commands import options
from server.generation.models import chosen_model
from server.processes.inference import InferenceProcess


@click.command()
@options.common
@click.option("--port", type=click.IntRange(0, 65_535), default=8765, show_default=True, help="0 takes a free one.")
@click.option("--token", envvar="MOTHERTONGUE_TOKEN", help="That clients must send. Default: a new one, which is printed.")
@click.option("--model", type=click.Path(path_type=Path), help="A GGUF file. Default: the base of the project's newest model.")
@click.option("--adapter", type=click.Path(path_type=Path), help="An adapter GGUF for the model. Default: the project's newest.")
@click.option("--threads", type=click.IntRange(0, 256), default=0, help="Of the processor; 0 for one a core to read, half to write.")
def serve(root: Path, as_json: bool, port: int, token: str | None, model: Path | None, adapter: Path | None, threads: int) -> None:
    """Serve the project's model under OpenAI's API, on this machine alone, until Ctrl-C.

    Example: mothertongue serve --port 8765
    """
    chosen = chosen_model(root, model=model, adapter=adapter)
    try:
        import uvicorn

        from server.generation.openai_server import LOOPBACK, create_app
    except ImportError as error:
        raise click.UsageError("serving needs starlette and uvicorn: pip install 'mothertongue[inference]'") from error
    token = token or secrets.token_urlsafe(24)
    with socket.socket() as listener, InferenceProcess() as process:
        _bind(listener, LOOPBACK, port)
        url = f"http://{LOOPBACK}:{listener.getsockname()[1]}/v1"
        if as_json:
            console.print_json({"url": url, "token": token, "model": str(chosen.path), "adapter": str(chosen.adapter or "")})
        else:
            click.echo(f"OpenAI's API at {url}\nAPI key: {token}\nModel: {chosen.adapter or chosen.path}\nCtrl-C ends it.")
        app = create_app(process, chosen, token, threads=threads)
        config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1)
        uvicorn.Server(config).run(sockets=[listener])


def _bind(listener: socket.socket, host: str, port: int) -> None:
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        raise click.UsageError(f"port {port} is in use; choose another with --port, or 0 for a free one") from error
