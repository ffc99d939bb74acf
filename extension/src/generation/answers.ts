// Which prompt line is being answered, how much of the answer is there, and why none came: told by the messages about its request. Pure.

/** Where a request for ghost text stands. */
export interface Asked {
  readonly uri: string;
  /** From 0. */
  readonly line: number;
}

/** What is to be shown at a line. */
export interface Answering extends Asked {
  /** Lines that are there; 0 while the prompt is read. */
  readonly nLines: number;
  /** Why no answer came; it is not being answered any more then. */
  readonly problem?: string;
}

export class Answers {
  private readonly asked = new Map<string, Asked>();
  private shown: (Answering & { readonly token: string }) | undefined;

  get current(): Answering | undefined {
    return this.shown;
  }

  /** Whether an answer is on its way. */
  get isAnswering(): boolean {
    return this.shown !== undefined && this.shown.problem === undefined;
  }

  /** Ghost text is asked for, as it is at every key press; most lines ask for nothing, and none of them begins. */
  ask(token: string, asked: Asked): void {
    this.asked.set(token, asked);
  }

  /** The line does ask for something. */
  begin(token: string): void {
    const asked = this.asked.get(token);
    if (asked !== undefined) this.shown = { ...asked, token, nLines: 0 };
  }

  /** The next piece of the answer. */
  grow(token: string, text: string): void {
    if (this.shown?.token !== token) return;
    const nLines = Math.max(1, this.shown.nLines) + text.split("\n").length - 1;
    if (nLines !== this.shown.nLines) this.shown = { ...this.shown, nLines };
  }

  /** It is answered, or will not be. */
  fail(token: string, problem: string): void {
    if (this.shown?.token === token) this.shown = { ...this.shown, problem };
  }

  /** The request has its response, or nobody wants it any more; why no answer came stays until `leave`. */
  end(token: string): void {
    this.asked.delete(token);
    if (this.shown?.token === token && this.shown.problem === undefined) this.shown = undefined;
  }

  /** The person has gone on in a file, or, without one, to another file: why no answer came was read or does not matter any more. */
  leave(uri?: string): void {
    if (!this.isAnswering && (uri === undefined || uri === this.shown?.uri)) this.shown = undefined;
  }
}
