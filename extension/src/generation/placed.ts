// A generated text in a document: written piece by piece as one step of undo, followed through the edits of others.
import * as vscode from "vscode";
import { rendered, unrendered, type Kind, type Layout, type Place } from "./layout";
import type { Parts, PartlyWritten } from "./parts";
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
  /** What a person should know of it, as the server says it. */
  notes: readonly string[] = [];
  private region: Region;
  private written = "";
  /** The edit that is on its way, and what the text is after it. */
  private pending: { readonly change: Change; readonly after: string; readonly isLast: boolean } | undefined;
  private isBegun = false;
  /** Whether what is written next belongs to the same step of undo. */
  private isOpen = false;
  private parts: Parts | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    readonly document: vscode.TextDocument,
    readonly place: Place,
    offset: number,
    asked: Asked,
    private readonly partlyWritten: PartlyWritten,
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

  /** Whether an editor shows it; only then it is written piece by piece. */
  get isInView(): boolean {
    return this.editor !== undefined;
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
  beginAnew(asked: Asked): Promise<void> {
    this.asked = asked;
    this.notes = [];
    return this.inTurn(() => {
      this.isBegun = this.isOpen = false;
      this.written = this.shown;
      return Promise.resolve();
    });
  }

  /** Whether an edit is one of this text, which is on its way. */
  isOwn({ document, contentChanges }: vscode.TextDocumentChangeEvent): boolean {
    const [only, ...others] = contentChanges;
    const own = this.pending?.change;
    return document === this.document && own !== undefined && only !== undefined && others.length === 0 && isSame(only, own);
  }

  /** Takes in an edit of the document. @returns Whether the text itself was touched by somebody else. */
  follow(event: vscode.TextDocumentChangeEvent): boolean {
    const own = this.pending;
    if (own !== undefined && this.isOwn(event)) {
      this.pending = undefined;
      this.written = own.after;
      if (!own.isLast) this.parts?.add(this.document.getText());
      this.region.end += own.change.text.length - own.change.rangeLength;
      return false;
    }
    for (const change of event.contentChanges) this.region = moved(this.region, change);
    return !this.isUntouched;
  }

  /** Writes the text as far as it is known. Where the document is not shown, this waits for the last piece. */
  write(text: string, layout: Layout, isLast: boolean): Promise<void> {
    this.layout = layout;
    return this.inTurn(() => this.put(rendered(layout, text), isLast));
  }

  /** The editor has ended the step of undo by itself: there is nothing to close until more is written. */
  interrupt(): void {
    this.isOpen = false;
  }

  /** Lets it be as it is: what is being written is in the document when this returns, and the step of undo is closed. */
  end(): Promise<void> {
    return this.inTurn(() => this.put(this.written, true));
  }

  /** Takes the text out again. */
  remove(): Promise<void> {
    return this.inTurn(() => {
      this.written = this.shown;
      return this.put("", true);
    });
  }

  // The document is as it was written only between two edits.
  private inTurn(edit: () => Promise<void>): Promise<void> {
    this.writing = this.writing.then(edit);
    return this.writing;
  }

  private get editor(): vscode.TextEditor | undefined {
    return vscode.window.visibleTextEditors.find(({ document }) => document === this.document);
  }

  private get shown(): string {
    return this.document.getText(this.range);
  }

  private async put(after: string, isLast: boolean): Promise<void> {
    const isChanged = await this.change(after, isLast);
    if (!isLast) return;
    if (!isChanged) this.parts?.end();
    this.parts = undefined;
  }

  /** @returns Whether the document is another one now. */
  private async change(after: string, isLast: boolean): Promise<boolean> {
    // The document may change between the look and the edit, which the editor then refuses: look again.
    for (let attempt = 0; attempt < 5; attempt++) {
      if (!this.isUntouched || this.document.isClosed || (!isLast && !this.isGrowing)) return false;
      const change = replacement(this.written, after);
      change.rangeOffset += this.region.start;
      const needsNothing = change.rangeLength === 0 && change.text === "";
      if (needsNothing && (!isLast || !this.isOpen)) return false;
      if (!this.isBegun) this.parts = this.partlyWritten.of(this.document.uri.toString(), this.document.getText());
      this.pending = needsNothing ? undefined : { change, after, isLast };
      const isDone = await this.edit(change, isLast);
      this.pending = undefined;
      if (isDone) {
        this.isBegun = true;
        this.isOpen = !isLast;
        return !needsNothing;
      }
    }
    return false;
  }

  private async edit({ rangeOffset, rangeLength, text }: Change, isLast: boolean): Promise<boolean> {
    const range = new vscode.Range(this.document.positionAt(rangeOffset), this.document.positionAt(rangeOffset + rangeLength));
    if (this.editor !== undefined) {
      return this.editor.edit((edit) => edit.replace(range, text), { undoStopBefore: !this.isBegun, undoStopAfter: isLast });
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
