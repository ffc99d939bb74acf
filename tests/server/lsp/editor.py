"""An editor as the server sees one: pytest-lsp's client, with the custom messages of Mothertongue."""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict
from contextlib import asynccontextmanager
from pathlib import Path

from lsprotocol import types
from pytest_lsp import LanguageClient, client_capabilities, make_test_lsp_client

PATIENCE_S = 120
COMMAND = (sys.executable, "-m", "server")

ORDERS = '''"""Orders of the shop."""


class OrderService:
    """Places and cancels orders."""

    def __init__(self, repository, mailer):
        self._repository = repository
        self._mailer = mailer

    def place(self, customer, lines):
        """Place an order and tell the customer."""
        order = self._repository.create(customer=customer, lines=lines)
        self._mailer.send(customer.email, f"Your order {order.id} was placed")
        return order

    def cancel(self, order_id):
        """Cancel an order that was not shipped."""
        order = self._repository.get(order_id)
        if order.shipped:
            raise ValueError("a shipped order cannot be cancelled")
        self._repository.delete(order_id)
'''
INVOICES = ORDERS.replace("Order", "Invoice").replace("order", "invoice")


def make_project(root: Path) -> Path:
    """A project of two files."""
    (root / "shop").mkdir(parents=True)
    (root / "shop/orders.py").write_text(ORDERS, "utf-8")
    (root / "shop/invoices.py").write_text(INVOICES, "utf-8")
    return root


class Editor:
    """One running server and what it said."""

    def __init__(self, client: LanguageClient, roots: tuple[Path, ...]) -> None:
        self.client = client
        self.roots = roots
        self.statuses = defaultdict(list)
        self._news = asyncio.Event()

        self.registrations = []

        @client.feature(types.CLIENT_REGISTER_CAPABILITY)
        def on_registration(params):
            self.registrations += params.registrations

        @client.feature("mothertongue/statusChanged")
        def on_status(params):
            self.statuses[params.folder].append(params)
            self._news.set()

    @property
    def uri(self) -> str:
        return self.roots[0].as_uri()

    @property
    def process_id(self) -> int:
        return self.client._server.pid

    async def request(self, method: str, **params):
        return await asyncio.wait_for(self.start(method, **params), PATIENCE_S)

    def start(self, method: str, msg_id: str | None = None, **params):
        """Send a request now; its response can be awaited."""
        return self.send(f"mothertongue/{method}", params, msg_id)

    def send(self, method: str, params, msg_id: str | None = None):
        return asyncio.wrap_future(self.client.protocol.send_request(method, params, msg_id=msg_id))

    async def build(self, **params):
        return await self.request("build", folder=self.uri, **params)

    def forget(self) -> None:
        """Look only at statuses from now on."""
        self.statuses.clear()

    async def until(self, holds, uri: str | None = None):
        """Wait for a status that holds; the last one is looked at first."""

        async def wait():
            while not (self.statuses[uri or self.uri] and holds(self.statuses[uri or self.uri][-1])):
                self._news.clear()
                await self._news.wait()
            return self.statuses[uri or self.uri][-1]

        return await asyncio.wait_for(wait(), PATIENCE_S)

    def save(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        document = types.TextDocumentIdentifier(path.as_uri())
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(document))

    def changed_outside(self, *paths: Path) -> None:
        changes = [types.FileEvent(path.as_uri(), types.FileChangeType.Changed) for path in paths]
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes))


@asynccontextmanager
async def editing(*roots: Path, settings=None, options=None, capabilities=None):
    """An editor with these folders open; it shuts the server down in the end."""
    client = make_test_lsp_client()
    client.set_configuration({"mothertongue": settings or {}})
    editor = Editor(client, roots)
    await client.start_io(*COMMAND)
    params = types.InitializeParams(
        capabilities=capabilities or client_capabilities("visual-studio-code"),
        workspace_folders=[types.WorkspaceFolder(root.as_uri(), root.name) for root in roots],
        initialization_options=options,
    )
    await asyncio.wait_for(client.initialize_session(params), PATIENCE_S)
    try:
        yield editor
    finally:
        await asyncio.wait_for(client.shutdown_session(), PATIENCE_S)
        await client.stop()
