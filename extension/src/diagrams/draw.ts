// "Diagram of This": what the syntax trees say of a definition, a file or a folder, drawn without a model.
import * as vscode from "vscode";
import { DiagramRequest, type Diagram, type DiagramResult } from "../protocol";
import { saveOpen } from "../saveOpen";
import type { ServerConnection } from "../server";
import { ask } from "../work";
import { fenced } from "./blocks";
import { declaresSomething } from "./declarations";
import { diagramName, sourcesText } from "./names";

export function registerDiagramOfThis(server: ServerConnection): vscode.Disposable[] {
  return [
    vscode.commands.registerCommand("mothertongue.diagramOfThis", async (clicked?: vscode.Uri, selected?: unknown) => {
      const editor = vscode.window.activeTextEditor;
      const uri = clicked ?? editor?.document.uri;
      if (uri?.scheme !== "file") {
        void vscode.window.showInformationMessage(vscode.l10n.t("Open a file, or right-click a file or folder in the explorer."));
        return;
      }
      // The explorer says what is selected in it; from the editor, the definition at the cursor is meant.
      const line = !Array.isArray(selected) && editor?.document.uri.toString() === uri.toString() ? editor.selection.active.line + 1 : 0;
      await draw(server, uri, line);
    }),
    vscode.languages.registerCodeActionsProvider({ scheme: "file" }, { provideCodeActions: offer }, { providedCodeActionKinds: [KIND] }),
  ];
}

const KIND = vscode.CodeActionKind.Refactor.append("diagram");
const WRITTEN_DIAGRAMS = ["markdown", "mermaid"];

function offer(document: vscode.TextDocument, { start }: vscode.Range): vscode.CodeAction[] {
  if (WRITTEN_DIAGRAMS.includes(document.languageId) || !declaresSomething(document.lineAt(start.line).text)) return [];
  const title = vscode.l10n.t("Diagram of This");
  return [{ title, kind: KIND, command: { command: "mothertongue.diagramOfThis", title } }];
}

async function draw(server: ServerConnection, uri: vscode.Uri, line: number): Promise<void> {
  await saveOpen(new Set([uri.toString()]));
  const result = await ask(server, DiagramRequest, { uri: uri.toString(), line, kind: null });
  if (result === undefined) return;
  if (result.diagrams.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t("{0} has nothing that a diagram could show.", result.name));
    return;
  }
  const diagram = await chosen(result);
  if (diagram !== undefined) await put(diagram, result.name);
}

async function chosen({ name, diagrams }: DiagramResult): Promise<Diagram | undefined> {
  const { t } = vscode.l10n;
  const items = diagrams.map((diagram) => ({
    label: diagramName(diagram, name, t),
    description: sourcesText(diagram.sources, t),
    diagram,
  }));
  if (items.length === 1) return items[0]?.diagram;
  return (await vscode.window.showQuickPick(items, { title: t("Diagram of This"), matchOnDescription: true }))?.diagram;
}

/** Into a Markdown file that is in view, if the person wants that; else into a new one. */
async function put(diagram: Diagram, name: string): Promise<void> {
  const { t } = vscode.l10n;
  const pages = vscode.window.visibleTextEditors.filter(({ document }) => document.languageId === "markdown");
  const items = [
    { label: t("New diagram"), page: undefined },
    ...pages.map((page) => ({
      label: t("Into {0}", vscode.workspace.asRelativePath(page.document.uri)),
      description: t("below the cursor"),
      page,
    })),
  ];
  const target = pages.length === 0 ? items[0] : await vscode.window.showQuickPick(items, { title: diagramName(diagram, name, t) });
  if (target === undefined) return;
  if (target.page === undefined) await openNew(diagram);
  else await insert(diagram, target.page);
  await vscode.commands.executeCommand("mothertongue.previewDiagram");
}

async function openNew({ text }: Diagram): Promise<void> {
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: "mermaid", content: `${text}\n` }));
}

async function insert({ text }: Diagram, page: vscode.TextEditor): Promise<void> {
  const { line } = page.selection.active;
  const editor = await vscode.window.showTextDocument(page.document, page.viewColumn ?? vscode.ViewColumn.Active);
  const end = page.document.lineAt(line).range.end;
  const before = page.document.lineAt(line).isEmptyOrWhitespace ? "\n" : "\n\n";
  await editor.edit((edit) => edit.insert(end, before + fenced(text)));
  const within = new vscode.Position(line + before.length + 1, 0);
  editor.selection = new vscode.Selection(within, within);
  editor.revealRange(editor.selection);
}
