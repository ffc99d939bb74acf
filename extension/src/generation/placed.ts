// A generated text in a document: written piece by piece as one step of undo, followed through the edits of others.
import * as vscode from "vscode";
import { rendered, unrendered, type Kind, type Layout, type Place } from "./layout";
import { moved, replacement, type Change, type Region } from "./region";

export interface Asked {
  prompt: string;
  /** null: what the prompt says. */
  kind: Kind | null;
  seed: number;
}

export class PlacedText {
  /** Whether it is still growing. */
  isGrowing = true;
  /** What was asked for. */
  asked: Asked;
  layout: Layout | undefined;
  /** Of the text, as the server names it. */
  language = "markdown";
  private region: Region;
  private written = "";
  private pending: Change | undefined;
  private isBegun = false;

  constructor(
    readonly document: vscode.TextDocument,
    readonly place: Place,
    offset: number,
    asked: Asked,
  ) {
    this.asked = asked;
    this.region = { start: offset, end: offset };
  }

  get range(): vscode.Range {
    return new vscode.Range(this.document.positionAt(this.region.start), this.document.positionAt(this.region.end));
  }

  /** Where the text's first line is, without what sets it off from the line before. */
  get firstLine(): number {
    const lead = this.shown.length - this.shown.trimStart().length;
    return this.document.positionAt(this.region.start + lead).line;
  }

  get isEmpty(): boolean {
    return this.region.start === this.region.end;
  }

  /** Whether it still is what was written, untouched by the person. */
  get isUntouched(): boolean {
    return this.shown === this.written;
  }

  /** Without fence and comment marks. */
  get text(): string {
    return this.layout === undefined ? this.shown : unrendered(this.layout, this.shown);
  }

  /** Begins another text in its place, in a new step of undo. */
  beginAnew(asked: Asked): void {
    this.asked = asked;
    this.isGrowing = true;
    this.isBegun = false;
    this.written = this.shown;
  }

  /** Takes in an edit of the document. @returns Whether the text itself was touched by somebody else. */
  follow({ contentChanges }: vscode.TextDocumentChangeEvent): boolean {
    const own = this.pending;
    const [only, ...others] = contentChanges;
    if (own !== undefined && only !== undefined && others.length === 0 && isSame(only, own)) {
      this.pending = undefined;
      this.region.end += own.text.length - own.rangeLength;
      return false;
    }
    for (const change of contentChanges) this.region = moved(this.region, change);
    return !this.isUntouched;
  }

  /** Writes the text as far as it is known. Where the document is not shown, this waits for the last piece. */
  async write(text: string, layout: Layout, isLast: boolean): Promise<void> {
    this.layout = layout;
    await this.put(rendered(layout, text), isLast);
  }

  /** Takes the text out again. */
  remove(): Promise<void> {
    this.written = this.shown;
    return this.put("", true);
  }

  private get shown(): string {
    return this.document.getText(this.range);
  }

  private async put(after: string, isLast: boolean): Promise<void> {
    // The document may change between the look and the edit, which the editor then refuses: look again.
    for (let attempt = 0; attempt < 5; attempt++) {
      if (!this.isUntouched || this.document.isClosed) return;
      const change = replacement(this.written, after);
      change.rangeOffset += this.region.start;
      const needsNothing = change.rangeLength === 0 && change.text === "";
      if (needsNothing && (!isLast || !this.isBegun)) return;
      this.pending = needsNothing ? undefined : change;
      const before = this.written;
      this.written = after;
      if (await this.edit(change, isLast)) {
        this.isBegun = true;
        return;
      }
      this.pending = undefined;
      this.written = before;
    }
  }

  private async edit({ rangeOffset, rangeLength, text }: Change, isLast: boolean): Promise<boolean> {
    const range = new vscode.Range(this.document.positionAt(rangeOffset), this.document.positionAt(rangeOffset + rangeLength));
    const editor = vscode.window.visibleTextEditors.find(({ document }) => document === this.document);
    if (editor !== undefined) {
      return editor.edit((edit) => edit.replace(range, text), { undoStopBefore: !this.isBegun, undoStopAfter: isLast });
    }
    if (!isLast) return false;
    const edit = new vscode.WorkspaceEdit();
    edit.replace(this.document.uri, range, text);
    return vscode.workspace.applyEdit(edit);
  }
}

function isSame(one: Change, other: Change): boolean {
  return one.rangeOffset === other.rangeOffset && one.rangeLength === other.rangeLength && one.text === other.text;
}
