// Counts how often the language server ended by itself, and says what to do about it. Pure: the caller tells the time.

const WINDOW_MS = 3 * 60 * 1000;
const MOST_CRASHES = 5;

export type AfterCrash = "restartAndSay" | "restart" | "giveUp";

/** Remembers the crashes of the last three minutes. */
export class Crashes {
  private times: number[] = [];

  /**
   * Takes note of a crash.
   *
   * @param nowMs Time in milliseconds.
   * @returns `restartAndSay` for the first of a row, `restart` for the next ones, and `giveUp` for the fifth.
   */
  add(nowMs: number): AfterCrash {
    this.times = [...this.times.filter((time) => nowMs - time < WINDOW_MS), nowMs];
    if (this.times.length >= MOST_CRASHES) return "giveUp";
    return this.times.length === 1 ? "restartAndSay" : "restart";
  }

  /** Forgets all of them: the person has started the server anew. */
  clear(): void {
    this.times = [];
  }
}
