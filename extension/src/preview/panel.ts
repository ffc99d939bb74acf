// "Preview Diagram": the picture of the diagram that the person works on, beside it and live.
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { blockAt, type Block } from "../diagrams/blocks";
import type { FromPage, PictureFormat, ToPage } from "./messages";
import { parserFolder } from "../parserFolder";
import { previewPage } from "./page";

// Together with some 50 ms of drawing, well below what is felt as a delay; a fast typist is not drawn for each key.
const SETTLING_MS = 80;
// A text that grows never settles, and is to be seen growing.
const LONGEST_WAIT_MS = 240;
const HINT_MS = 3_000;

/** The command; a lens says which file and line it means, otherwise it is the cursor of the active editor. */
export function registerPreview(preview: Preview): vscode.Disposable {
  return vscode.commands.registerCommand("mothertongue.previewDiagram", (uri?: vscode.Uri, line?: unknown) => {
    const meant = typeof line === "number" ? editorOf(uri) : undefined;
    const editor = meant ?? vscode.window.activeTextEditor;
    const at = meant === undefined ? undefined : Number(line);
    if (editor !== undefined && diagramIn(editor, at) !== undefined) preview.show(editor, at);
    else void vscode.window.showInformationMessage(vscode.l10n.t("Open a Mermaid file, or a file with a Mermaid block."));
  });
}

/** What is shown. */
interface Shown {
  readonly document: vscode.TextDocument;
  readonly block: Block;
  /** Whether it is still growing, or not begun: that it is not whole is no error. */
  readonly isDraft: boolean;
}

export class Preview implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private shown: Shown | undefined;
  private version = 0;
  private readonly waiting = new Map<vscode.TextDocument, { readonly since: number; readonly timer: NodeJS.Timeout }>();
  private growing: vscode.TextDocument | undefined;
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
        soon(editorOf(document.uri));
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.problems.delete(uri)),
    );
  }

  /** Opens the panel beside, with the diagram at a line, or else at the cursor, as soon as there is one. */
  show(editor: vscode.TextEditor, line?: number): void {
    this.panel ??= this.make();
    this.panel.reveal(undefined, true);
    this.draw(editor, line);
  }

  /** A text grows in a document, or in none any more. */
  grows(document: vscode.TextDocument | undefined): void {
    const before = this.growing;
    this.growing = document;
    const editor = before === undefined || before === document ? undefined : editorOf(before.uri);
    if (editor !== undefined) this.follow(editor);
  }

  dispose(): void {
    for (const { timer } of this.waiting.values()) clearTimeout(timer);
    this.listening.dispose();
    this.panel?.dispose();
    this.problems.dispose();
  }

  /** Whether the person is at the diagram that is shown, while something changes in another document. */
  private isAtAnother(document: vscode.TextDocument): boolean {
    const active = vscode.window.activeTextEditor?.document;
    return active !== undefined && active !== document && active === this.shown?.document;
  }

  // Each document has a wait of its own: a diagram grows on in the picture while something else is typed.
  private follow(editor: vscode.TextEditor): void {
    const { document } = editor;
    if (this.panel === undefined || this.isAtAnother(document)) return;
    const { since, timer } = this.waiting.get(document) ?? { since: Date.now() };
    clearTimeout(timer);
    const left = since + LONGEST_WAIT_MS - Date.now();
    this.waiting.set(document, { since, timer: setTimeout(() => this.draw(editor), Math.max(0, Math.min(SETTLING_MS, left))) });
  }

  private draw(editor: vscode.TextEditor, line?: number): void {
    this.waiting.delete(editor.document);
    const found = diagramIn(editor, line);
    if (found === undefined || this.panel === undefined) return;
    const isGrowing = editor.document === this.growing;
    const block = isGrowing ? { ...found, text: wholeLines(found.text) } : found;
    const before = this.shown;
    this.shown = { document: editor.document, block, isDraft: isGrowing || !isBegun(block.text) };
    this.panel.title = vscode.l10n.t("Preview {0}", nameOf(editor.document.uri));
    if (before !== undefined && isSame(before, this.shown)) return;
    if (before !== undefined && before.document !== editor.document) this.problems.delete(before.document.uri);
    this.send();
  }

  private send(): void {
    if (this.shown === undefined) return;
    const message: ToPage = { type: "draw", text: this.shown.block.text, version: ++this.version, isDraft: this.shown.isDraft };
    void this.panel?.webview.postMessage(message);
  }

  private make(): vscode.WebviewPanel {
    const dist = vscode.Uri.joinPath(this.context.extensionUri, "dist");
    const parser = parserFolder(this.context.extensionUri);
    const panel = vscode.window.createWebviewPanel(
      "mothertongue.preview",
      vscode.l10n.t("Preview"),
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, localResourceRoots: [dist, parser] },
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
      mermaid: panel.webview.asWebviewUri(vscode.Uri.joinPath(parser, "mermaid.js")).toString(),
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

function diagramIn({ document, selection }: vscode.TextEditor, line = selection.active.line): Block | undefined {
  return blockAt(document.getText().split(/\r?\n/), line, document.languageId === "mermaid");
}

/** Without the last line, which is still being written: half of it is not drawn, and all of it soon is. */
function wholeLines(text: string): string {
  return text.slice(0, Math.max(0, text.lastIndexOf("\n")));
}

/** Whether there is more than comments, such as a prompt line. */
function isBegun(text: string): boolean {
  return text.split("\n").some((line) => line.trim() !== "" && !line.trimStart().startsWith("%%"));
}

/** The active editor of a document, or else one that is in view. */
function editorOf(uri: vscode.Uri | undefined): vscode.TextEditor | undefined {
  const editors = vscode.window.visibleTextEditors.filter(({ document }) => document.uri.toString() === uri?.toString());
  return editors.find((editor) => editor === vscode.window.activeTextEditor) ?? editors[0];
}

function isSame(one: Shown, other: Shown): boolean {
  const isSameText = one.block.text === other.block.text && one.block.start === other.block.start;
  return one.document === other.document && one.isDraft === other.isDraft && isSameText;
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
