// Texts that are being generated, or wait for the person's verdict: asked of the server, written into the document, stopped, judged.
import * as vscode from "vscode";
import { ResponseError } from "vscode-languageclient/node";
import { GenerateRequest, JudgeRequest, ReadAheadRequest, type GenerateResult, type JudgeParams } from "../protocol";
import type { ServerConnection } from "../server";
import { isCancelled, sayWhatFailed } from "../work";
import { draftLanguage, layoutOf, type Kind, type Place } from "./layout";
import { PartlyWritten } from "./parts";
import { PlacedText, type Asked } from "./placed";

// Often enough to look alive. Each time the editor draws, and whatever follows the document takes note: who types beside it waits for that.
const WRITE_EVERY_MS = 100;
const WRITE_BESIDE_TYPING_MS = 400;
/** Whoever has paused for so long is not typing. */
const TYPING_MS = 1000;
const SHOWN_MS = 4000;

let lastToken = 0;

export class Generator implements vscode.Disposable {
  private texts: readonly PlacedText[] = [];
  private stopping: vscode.CancellationTokenSource | undefined;
  private readonly partlyWritten = new PartlyWritten();
  private typedAt = 0;
  private readonly changeEmitter = new vscode.EventEmitter<void>();
  private readonly growthEmitter = new vscode.EventEmitter<PlacedText>();
  private readonly listening: vscode.Disposable[];

  /** Fires when a text is asked for, begins, ends or is judged. */
  readonly onDidChange = this.changeEmitter.event;
  /** Fires when a text has become longer. */
  readonly onDidGrow = this.growthEmitter.event;

  constructor(private readonly server: ServerConnection) {
    this.listening = [
      this.changeEmitter,
      this.growthEmitter,
      vscode.workspace.onDidChangeTextDocument((event) => this.follow(event)),
      // A step of undo that is closed twice leaves an empty one, whose undo does nothing.
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, kind }) => {
        if (kind !== undefined) this.interrupt(textEditor.document);
      }),
      vscode.workspace.onWillSaveTextDocument(({ document }) => this.interrupt(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.forget((text) => text.document === document)),
    ];
  }

  /** All that are shown, the growing one included. */
  get all(): readonly PlacedText[] {
    return this.texts;
  }

  get growing(): PlacedText | undefined {
    return this.texts.find(({ isGrowing }) => isGrowing);
  }

  /** Has the model loaded, and what was typed of a prompt read, while the person still types: then the text begins sooner. */
  readAhead(uri: vscode.Uri, kind: Kind | null, prompt = ""): void {
    // What is wrong is said when the text is asked for.
    this.server.request(ReadAheadRequest, { uri: uri.toString(), kind, prompt }).catch(() => undefined);
  }

  /** Generates a text at the cursor. */
  async begin(editor: vscode.TextEditor, asked: Asked): Promise<void> {
    const { document, selection } = editor;
    const line = document.lineAt(selection.active.line);
    const place: Place = {
      languageId: document.languageId,
      fileName: document.fileName,
      linesAbove: document
        .getText(new vscode.Range(0, 0, line.lineNumber, 0))
        .split(/\r?\n/)
        .slice(0, -1),
      line: line.text,
      eol: document.eol === vscode.EndOfLine.CRLF ? "\r\n" : "\n",
    };
    const text = new PlacedText(document, place, document.offsetAt(line.range.end), asked, this.partlyWritten);
    await this.grow(text);
  }

  /** Another text in the place of one. */
  async beginAnew(text: PlacedText, asked: Asked): Promise<void> {
    this.stop();
    await text.beginAnew(asked);
    await this.grow(text);
  }

  /** Ends the text that is growing; what there is of it stays, and nothing more comes. Whether the model has heard of it yet is not waited for. */
  stop(): void {
    const { growing } = this;
    this.stopping?.cancel();
    this.stopping = undefined;
    if (growing === undefined) return;
    growing.isGrowing = false;
    this.tell();
  }

  /** The person likes the text, perhaps after mending it: it becomes an example. */
  async accept(text: PlacedText): Promise<void> {
    await this.end(text);
    const verdict = text.isUntouched ? "accepted" : "corrected";
    const params = paramsOf(text, verdict);
    this.forget((one) => one === text);
    const { t } = vscode.l10n;
    if (await this.judge(params)) vscode.window.setStatusBarMessage(t("$(check) Accepted: the next training learns from it"), SHOWN_MS);
  }

  /** The person does not like it: it goes, and is remembered as rejected. */
  async reject(text: PlacedText): Promise<void> {
    await this.end(text);
    const params = paramsOf(text, "rejected");
    await text.remove();
    this.forget((one) => one === text);
    await this.judge(params);
  }

  /** What is known of it is in the document when this returns. */
  private async end(text: PlacedText): Promise<void> {
    if (text.isGrowing) this.stop();
    await text.end();
  }

  dispose(): void {
    this.stop();
    vscode.Disposable.from(...this.listening).dispose();
  }

  private async grow(text: PlacedText): Promise<void> {
    this.stop();
    const stopping = new vscode.CancellationTokenSource();
    this.stopping = stopping;
    text.isGrowing = true;
    this.texts = [...this.texts.filter((one) => one !== text), text];
    this.tell();
    try {
      const result = await this.ask(text, stopping.token);
      text.asked = { ...text.asked, kind: result.kind };
      text.notes = result.notes;
      text.language = result.language;
      await text.write(result.text, layoutOf(text.place, result.language), true);
    } catch (error) {
      if (isCancelled(error)) await text.end();
      else {
        await text.remove();
        this.sayWhyNothingCame(text, error);
      }
    } finally {
      if (this.stopping === stopping) this.stop();
      stopping.dispose();
      this.forget((one) => one.isEmpty && !one.isGrowing);
    }
  }

  /**
   * Writes the text while it comes; gives the whole of it.
   *
   * @throws vscode.CancellationError as soon as nobody wants it any more.
   */
  private async ask(text: PlacedText, stop: vscode.CancellationToken): Promise<GenerateResult> {
    const { prompt, kind, seed } = text.asked;
    const token = `generate-${++lastToken}`;
    const draft = new Draft(
      text,
      kind ?? kindInWords(prompt),
      () => this.pause,
      (isFirst) => (isFirst ? this.tell() : this.growthEmitter.fire(text)),
    );
    const listening = this.server.onGenerated(token, (piece) => draft.add(piece));
    const uri = text.document.uri.toString();
    try {
      return await unlessStopped(this.server.request(GenerateRequest, { uri, prompt, kind, seed, token }, stop), stop);
    } finally {
      listening.dispose();
      await draft.end(stop.isCancellationRequested);
    }
  }

  private follow(event: vscode.TextDocumentChangeEvent): void {
    this.goOn(event);
    const isActive = event.document === vscode.window.activeTextEditor?.document;
    if (isActive && event.contentChanges.length > 0 && this.growing?.isOwn(event) === false) this.typedAt = Date.now();
    for (const text of this.texts.filter(({ document }) => document === event.document)) {
      // Whoever writes into a growing text has taken it over.
      if (text.follow(event) && text.isGrowing) this.stop();
    }
    this.forget((text) => text.document === event.document && text.isEmpty && !text.isGrowing);
  }

  private interrupt(document: vscode.TextDocument): void {
    for (const text of this.texts) if (text.document === document) text.interrupt();
  }

  /** Milliseconds between two batches of a text: fewer batches where the person types meanwhile, who looks elsewhere. */
  private get pause(): number {
    return Date.now() - this.typedAt < TYPING_MS ? WRITE_BESIDE_TYPING_MS : WRITE_EVERY_MS;
  }

  /** An undo or a redo that arrives in the middle of a text goes on to its beginning or end: to the person it is one edit. */
  private goOn({ document, reason }: vscode.TextDocumentChangeEvent): void {
    // The command is for the editor in which the person is, as theirs was.
    if (reason === undefined || document !== vscode.window.activeTextEditor?.document) return;
    if (!this.partlyWritten.has(document.uri.toString(), document.getText())) return;
    void vscode.commands.executeCommand(reason === vscode.TextDocumentChangeReason.Undo ? "undo" : "redo");
  }

  private forget(isGone: (text: PlacedText) => boolean): void {
    const left = this.texts.filter((text) => !isGone(text));
    // At each key press somebody asks; what nothing has changed for is not drawn again.
    if (left.length === this.texts.length) return;
    this.texts = left;
    this.tell();
  }

  private tell(): void {
    void vscode.commands.executeCommand("setContext", "mothertongue.generated", this.texts.length > 0);
    this.changeEmitter.fire();
  }

  private async judge(params: JudgeParams): Promise<boolean> {
    try {
      await this.server.request(JudgeRequest, params);
      return true;
    } catch (error) {
      sayWhatFailed(error);
      return false;
    }
  }

  private sayWhyNothingCame(text: PlacedText, error: unknown): void {
    const { t } = vscode.l10n;
    const kind = error instanceof ResponseError ? (error as ResponseError<{ kind?: string } | undefined>).data?.kind : undefined;
    if (kind !== "model" && kind !== "generation" && kind !== "crashed") {
      sayWhatFailed(error);
      return;
    }
    const setUp = t("Set Up Model Environment");
    const again = t("Try Again");
    const message = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(message, kind === "model" ? setUp : again).then((chosen) => {
      if (chosen === setUp) void vscode.commands.executeCommand("mothertongue.setUpModelEnvironment");
      if (chosen === again && !text.document.isClosed) void this.beginAnew(text, { ...text.asked, seed: text.asked.seed + 1 });
    });
  }
}

/** The text while it grows: pieces are gathered, and written in batches, the first at once. */
class Draft {
  private gathered = "";
  private timer: NodeJS.Timeout | undefined;
  private isBegun = false;
  private isOver = false;
  private writing: Promise<void> = Promise.resolve();
  private readonly language: string;

  constructor(
    private readonly text: PlacedText,
    kind: Kind,
    private readonly pauseMs: () => number,
    private readonly tell: (isFirst: boolean) => void,
  ) {
    this.language = draftLanguage(text.place, kind);
  }

  add(piece: string): void {
    this.gathered += piece;
    this.timer ??= setTimeout(() => void this.write(), this.isBegun ? this.pauseMs() : 0);
    this.isBegun = true;
  }

  /**
   * What was not written yet is not any more; but where nobody looks at the document, nothing was. The line that a diagram was stopped in is taken
   * out again: half of it is an error.
   */
  async end(isStopped: boolean): Promise<void> {
    this.isOver = true;
    clearTimeout(this.timer);
    if (!isStopped || this.gathered === "") return;
    await this.writing;
    const isInView = this.text.isInView;
    const text = isInView ? this.text.text.replaceAll("\r\n", "\n") : this.gathered;
    const isWhole = this.language !== "mermaid" || this.gathered.startsWith(`${text}\n`) || !text.includes("\n");
    if (isInView && isWhole) return;
    await this.put(isWhole ? text : text.slice(0, text.lastIndexOf("\n")), true);
  }

  // The next batch begins when this one is in the document: an editor that is busy gets fewer and longer ones.
  private async write(): Promise<void> {
    const { text, gathered } = this;
    const isFirst = text.isEmpty;
    this.writing = this.put(gathered, false);
    await this.writing;
    this.timer = undefined;
    if (this.isOver) return;
    this.tell(isFirst && !text.isEmpty);
    if (gathered !== this.gathered) this.add("");
  }

  private put(text: string, isLast: boolean): Promise<void> {
    this.text.language = this.language;
    return this.text.write(text.trimEnd(), layoutOf(this.text.place, this.language), isLast);
  }
}

/** What a request gives; where it is stopped, its answer is not waited for. */
function unlessStopped<Result>(request: Promise<Result>, stop: vscode.CancellationToken): Promise<Result> {
  return new Promise((resolve, reject) => {
    stop.onCancellationRequested(() => reject(new vscode.CancellationError()));
    request.then(resolve, reject);
  });
}

function paramsOf(text: PlacedText, verdict: JudgeParams["verdict"]): JudgeParams {
  const uri = text.document.uri.toString();
  return { uri, line: text.firstLine + 1, prompt: text.asked.prompt, text: text.text, language: text.language, verdict };
}

/** Of a draft whose kind the server reads from the words; its result says which it was. */
export function kindInWords(prompt: string): Kind {
  return /\b(erds?|diagram|flow ?-?chart|uml|architecture|data ?model|sequence|entity[- ]relationship)\b/i.test(prompt)
    ? "flowchart"
    : "code";
}
