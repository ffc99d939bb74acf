"""`textDocument/codeAction`: renews a kept diagram whose code has moved on."""

from __future__ import annotations

from lsprotocol import types

from server.lsp.context import Context
from server.lsp.failure import WorkFailedError
from server.lsp.kept_diagrams import CODE
from server.processes.messages import OutdatedDiagram

OPTIONS = types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])


async def handle(context: Context, params: types.CodeActionParams) -> list[types.CodeAction]:
    """One action for each warning at the place, computed from the document as it stands; one more for all of several."""
    uri = params.text_document.uri
    warnings = [diagnostic for diagnostic in params.context.diagnostics if diagnostic.code == CODE]
    if not warnings:
        return []
    try:
        found = [diagram for diagram in await context.kept_diagrams.outdated(uri) if diagram.text is not None]
    except WorkFailedError:
        return []  # what people asked for is a list of remedies, and there is none
    lines = {warning.range.start.line for warning in warnings}
    here = [diagram for diagram in found if diagram.start in lines]
    actions = [_action(uri, f"Draw {diagram.source} anew", [diagram], warnings) for diagram in here]
    if here and len(found) > 1:
        actions.append(_action(uri, "Draw all outdated diagrams of this document anew", found, warnings))
    return actions


def _action(uri: str, title: str, diagrams: list[OutdatedDiagram], warnings: list[types.Diagnostic]) -> types.CodeAction:
    edits = [types.TextEdit(_lines(diagram), diagram.text or "") for diagram in diagrams]
    fixed = [warning for warning in warnings if warning.range.start.line in {diagram.start for diagram in diagrams}]
    return types.CodeAction(
        title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=fixed,
        edit=types.WorkspaceEdit(changes={uri: edits}),
        is_preferred=len(diagrams) == 1,
    )


def _lines(diagram: OutdatedDiagram) -> types.Range:
    return types.Range(types.Position(line=diagram.start, character=0), types.Position(line=diagram.end, character=0))
