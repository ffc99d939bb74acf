// "Open Example": an example as a page, opened beside the span of the file that it came from.
import * as vscode from "vscode";
import { exampleText } from "../exampleText";
import { ExampleRequest, type ExampleHead } from "../protocol";
import type { Pages } from "../pages";
import type { ServerConnection } from "../server";
import { ask } from "../work";

export function registerOpenExample(server: ServerConnection, pages: Pages): vscode.Disposable {
  return vscode.commands.registerCommand("mothertongue.openExample", async (folder: string, head: ExampleHead) => {
    const example = await ask(server, ExampleRequest, { folder, id: head.id });
    if (example === undefined) return;
    await showSource(head);
    await showBeside(pages.write(`${head.kind}-${head.id.slice(0, 6)}.md`, exampleText(example, vscode.l10n.t)), head.uri !== null);
  });
}

async function showSource({ uri, startLine, endLine }: ExampleHead): Promise<void> {
  if (uri === null) return;
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
  const selection = startLine === 0 ? {} : { selection: document.validateRange(new vscode.Range(startLine - 1, 0, endLine - 1, Infinity)) };
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One, preview: true, preserveFocus: true, ...selection });
}

async function showBeside(uri: vscode.Uri, besideSource: boolean): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const viewColumn = besideSource ? vscode.ViewColumn.Two : vscode.ViewColumn.One;
  await vscode.window.showTextDocument(document, { viewColumn, preview: true, preserveFocus: true });
}
