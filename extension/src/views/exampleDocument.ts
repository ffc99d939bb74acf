// An example as a read-only document, opened beside the span of the file that it came from.
import * as vscode from "vscode";
import { exampleText } from "../exampleText";
import { ExampleRequest, type ExampleHead } from "../protocol";
import type { ServerConnection } from "../server";
import { ask } from "../work";

const SCHEME = "mothertongue-example";

export function registerExampleDocuments(server: ServerConnection): vscode.Disposable[] {
  const texts = new Map<string, string>();
  return [
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? vscode.l10n.t("This example is no longer in the data set."),
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => texts.delete(uri.toString())),
    vscode.commands.registerCommand("mothertongue.openExample", async (folder: string, head: ExampleHead) => {
      const example = await ask(server, ExampleRequest, { folder, id: head.id });
      if (example === undefined) return;
      const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${head.kind}-${head.id.slice(0, 6)}.md` });
      texts.set(uri.toString(), exampleText(example, vscode.l10n.t));
      await showSource(head);
      await showBeside(uri, head.uri !== null);
    }),
  ];
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
