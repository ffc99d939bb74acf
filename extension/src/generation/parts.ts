// What documents looked like while a generated text was only partly written. To the person it is one edit: an undo or a redo that arrives at
// such a state has to go on. The editor ends a step of undo whenever the cursor is moved or the file is saved, and no extension can mend that.
import { createHash } from "node:crypto";

/** All such states. Pure. */
export class PartlyWritten {
  private readonly states = new Set<string>();

  /** Whether a document that looks like this holds only a part of a text. */
  has(uri: string, content: string): boolean {
    return this.states.size > 0 && this.states.has(stateOf(uri, content));
  }

  /** Of a text that is about to be written into a document. */
  of(uri: string, content: string): Parts {
    return new Parts(this.states, uri, stateOf(uri, content));
  }
}

/** The states that one text goes through. */
export class Parts {
  private last: string | undefined;

  constructor(
    private readonly states: Set<string>,
    private readonly uri: string,
    /** Where an undo of the whole text is to arrive. */
    private readonly before: string,
  ) {}

  /** The next part of it is written. */
  add(content: string): void {
    this.last = stateOf(this.uri, content);
    if (this.last !== this.before) this.states.add(this.last);
  }

  /** Nothing more comes: the last part is the whole. */
  end(): void {
    if (this.last !== undefined) this.states.delete(this.last);
  }
}

function stateOf(uri: string, content: string): string {
  return createHash("sha1").update(uri).update("\0").update(content).digest("base64");
}
