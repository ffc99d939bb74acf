// Prompt lines that are being answered: the requests for ghost text pass through here, so that what goes on can be shown and stopped.
import * as vscode from "vscode";
import type { InlineCompletionParams } from "vscode-languageclient/node";
import type { Progressed } from "../server";
import { Answers, type Answering } from "./answers";

/** How messages about a request are heard, until disposed. */
interface Hearing {
  onProgress(token: string, heard: (value: Progressed) => void): vscode.Disposable;
  onGenerated(token: string, heard: (text: string) => void): vscode.Disposable;
}

let lastToken = 0;

export class PromptLines implements vscode.Disposable {
  private readonly answers = new Answers();
  private readonly stopping = new Set<vscode.CancellationTokenSource>();
  private readonly emitter = new vscode.EventEmitter<void>();
  private readonly listening: readonly vscode.Disposable[];

  /** Fires when a line begins to be answered, at each piece, and when there is nothing to show any more. */
  readonly onDidChange = this.emitter.event;

  constructor(private readonly hearing: Hearing) {
    const leave = (document?: vscode.TextDocument): void => this.tellOf(() => this.answers.leave(document?.uri.toString()));
    this.listening = [
      this.emitter,
      vscode.workspace.onDidChangeTextDocument(({ document }) => leave(document)),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => leave(textEditor.document)),
      vscode.window.onDidChangeActiveTextEditor(() => leave()),
    ];
  }

  get current(): Answering | undefined {
    return this.answers.current;
  }

  get isAnswering(): boolean {
    return this.answers.isAnswering;
  }

  /** Ends what is being answered. */
  stop(): void {
    for (const source of this.stopping) source.cancel();
  }

  /** Asks for ghost text, and follows what is said about it. */
  async follow<Result>(
    params: InlineCompletionParams,
    token: vscode.CancellationToken | undefined,
    next: (params: InlineCompletionParams, token: vscode.CancellationToken) => Promise<Result>,
  ): Promise<Result> {
    const workDoneToken = `ghost-text-${++lastToken}`;
    const source = new vscode.CancellationTokenSource();
    this.answers.ask(workDoneToken, { uri: params.textDocument.uri, line: params.position.line });
    this.stopping.add(source);
    const end = (): void => this.tellOf(() => this.answers.end(workDoneToken));
    const listening = [
      source,
      source.token.onCancellationRequested(end),
      token?.onCancellationRequested(() => source.cancel()),
      this.hearing.onProgress(workDoneToken, ({ kind, message }) => {
        if (kind === "begin") this.tellOf(() => this.answers.begin(workDoneToken));
        else if (kind === "end" && message !== undefined) this.tellOf(() => this.answers.fail(workDoneToken, message));
      }),
      this.hearing.onGenerated(workDoneToken, (text) => this.tellOf(() => this.answers.grow(workDoneToken, text))),
    ];
    try {
      return await next({ ...params, workDoneToken }, source.token);
    } finally {
      end();
      this.stopping.delete(source);
      for (const one of listening) one?.dispose();
    }
  }

  dispose(): void {
    this.stop();
    vscode.Disposable.from(...this.listening).dispose();
  }

  private tellOf(change: () => void): void {
    const before = this.answers.current;
    change();
    if (this.answers.current !== before) this.emitter.fire();
  }
}
