// "Preview Diagram": the picture of the diagram that the person works on, beside it and live.
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { blockAt, type Block } from "../diagrams/blocks";
import type { FromPage, PictureFormat, ToPage } from "./messages";
import { previewPage } from "./page";

// Together with some 50 ms of drawing, well below what is felt as a delay; a fast typist is not drawn for each key.
const SETTLING_MS = 80;
const HINT_MS = 3_000;

export function registerPreview(context: vscode.ExtensionContext): vscode.Disposable[] {
  const preview = new Preview(context);
  return [
    preview,
    vscode.commands.registerCommand("mothertongue.previewDiagram", () => {
      const editor = vscode.window.activeTextEditor;
      if (editor !== undefined && diagramIn(editor) !== undefined) preview.show(editor);
      else void vscode.window.showInformationMessage(vscode.l10n.t("Open a Mermaid file, or a Markdown file with a Mermaid block."));
    }),
  ];
}

/** What is shown. */
interface Shown {
  readonly document: vscode.TextDocument;
  readonly block: Block;
}

class Preview implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private shown: Shown | undefined;
  private version = 0;
  private waiting: NodeJS.Timeout | undefined;
  private readonly problems = vscode.languages.createDiagnosticCollection("mothertongue.preview");
  private readonly listening: vscode.Disposable;

  constructor(private readonly context: vscode.ExtensionContext) {
    const soon = (editor: vscode.TextEditor | undefined): void => {
      if (editor !== undefined) this.follow(editor);
    };
    this.listening = vscode.Disposable.from(
      vscode.window.onDidChangeActiveTextEditor(soon),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => soon(textEditor)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        const editors = vscode.window.visibleTextEditors.filter((editor) => editor.document === document);
        soon(editors.find((editor) => editor === vscode.window.activeTextEditor) ?? editors[0]);
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.problems.delete(uri)),
    );
  }

  show(editor: vscode.TextEditor): void {
    this.panel ??= this.make();
    this.panel.reveal(undefined, true);
    this.draw(editor);
  }

  dispose(): void {
    clearTimeout(this.waiting);
    this.listening.dispose();
    this.panel?.dispose();
    this.problems.dispose();
  }

  private follow(editor: vscode.TextEditor): void {
    if (this.panel === undefined) return;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.draw(editor), SETTLING_MS);
  }

  private draw(editor: vscode.TextEditor): void {
    const block = diagramIn(editor);
    if (block === undefined || this.panel === undefined) return;
    const before = this.shown;
    this.shown = { document: editor.document, block };
    this.panel.title = vscode.l10n.t("Preview {0}", nameOf(editor.document.uri));
    if (before?.document === editor.document && before.block.text === block.text && before.block.start === block.start) return;
    if (before !== undefined && before.document !== editor.document) this.problems.delete(before.document.uri);
    this.send();
  }

  private send(): void {
    if (this.shown === undefined) return;
    const message: ToPage = { type: "draw", text: this.shown.block.text, version: ++this.version };
    void this.panel?.webview.postMessage(message);
  }

  private make(): vscode.WebviewPanel {
    const dist = vscode.Uri.joinPath(this.context.extensionUri, "dist");
    const panel = vscode.window.createWebviewPanel(
      "mothertongue.preview",
      vscode.l10n.t("Preview"),
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, localResourceRoots: [dist] },
    );
    panel.iconPath = vscode.Uri.joinPath(this.context.extensionUri, "media", "report.svg");
    panel.webview.onDidReceiveMessage((message: FromPage) => void this.heard(message));
    panel.onDidDispose(() => {
      this.panel = undefined;
      this.shown = undefined;
      this.problems.clear();
    });
    panel.webview.html = previewPage({
      nonce: randomBytes(16).toString("hex"),
      source: panel.webview.cspSource,
      script: panel.webview.asWebviewUri(vscode.Uri.joinPath(dist, "preview.js")).toString(),
      labels: labels(),
    });
    return panel;
  }

  private async heard(message: FromPage): Promise<void> {
    switch (message.type) {
      case "ready":
        // Also when it comes into view again: a page that is hidden is not kept.
        this.send();
        return;
      case "drawn":
        if (message.version === this.version) this.tell([]);
        return;
      case "broken":
        if (message.version === this.version) this.tell([message]);
        return;
      case "save":
        return this.save(message.format, message.data);
      case "copy":
        await vscode.env.clipboard.writeText(message.data);
        vscode.window.setStatusBarMessage(vscode.l10n.t("The SVG is on the clipboard."), HINT_MS);
        return;
      case "said":
        if (message.what === "noPicture") void vscode.window.showInformationMessage(vscode.l10n.t("There is no picture yet."));
        else vscode.window.setStatusBarMessage(vscode.l10n.t("The picture is on the clipboard."), HINT_MS);
    }
  }

  private tell(problems: readonly { line: number; message: string }[]): void {
    if (this.shown === undefined) return;
    const { document, block } = this.shown;
    this.problems.set(
      document.uri,
      problems.map(({ line, message }) => {
        const number = Math.min(block.start + line, document.lineCount - 1);
        const diagnostic = new vscode.Diagnostic(document.lineAt(number).range, message, vscode.DiagnosticSeverity.Error);
        diagnostic.source = "Mermaid";
        return diagnostic;
      }),
    );
  }

  private async save(format: PictureFormat, data: string): Promise<void> {
    const place = this.shown === undefined ? undefined : placeFor(this.shown.document, format);
    const filters = format === "svg" ? { SVG: ["svg"] } : { PNG: ["png"] };
    const uri = await vscode.window.showSaveDialog({ ...(place === undefined ? {} : { defaultUri: place }), filters });
    if (uri === undefined) return;
    await vscode.workspace.fs.writeFile(uri, Buffer.from(data, format === "svg" ? "utf8" : "base64"));
    const open = vscode.l10n.t("Open");
    const chosen = await vscode.window.showInformationMessage(vscode.l10n.t("Saved {0}.", vscode.workspace.asRelativePath(uri)), open);
    if (chosen === open) await vscode.commands.executeCommand("vscode.open", uri);
  }
}

function diagramIn({ document, selection }: vscode.TextEditor): Block | undefined {
  if (document.languageId !== "mermaid" && document.languageId !== "markdown") return undefined;
  return blockAt(document.getText().split(/\r?\n/), selection.active.line, document.languageId === "markdown");
}

function nameOf(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf("/") + 1);
}

/** Beside the document, under its name; of one that was never saved, in the first folder. */
function placeFor({ uri }: vscode.TextDocument, format: PictureFormat): vscode.Uri | undefined {
  const name = `${nameOf(uri).replace(/\.\w+$/, "")}.${format}`;
  if (uri.scheme !== "untitled") return vscode.Uri.joinPath(uri, "..", name);
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  return folder === undefined ? undefined : vscode.Uri.joinPath(folder, name);
}

function labels(): Parameters<typeof previewPage>[0]["labels"] {
  const { t } = vscode.l10n;
  return {
    zoomIn: t("Zoom in"),
    zoomOut: t("Zoom out"),
    fit: t("Fit"),
    copySvg: t("Copy SVG"),
    copyPng: t("Copy PNG"),
    saveSvg: t("Save SVG…"),
    savePng: t("Save PNG…"),
  };
}
