// Evaluating a run, with progress and Cancel.
import * as vscode from "vscode";
import { EvaluateRequest, type RunParams } from "../protocol";
import type { ServerConnection } from "../server";
import { withWork } from "../work";

/** Which evaluations are under way. */
export class Evaluations implements vscode.Disposable {
  private readonly underWay = new Set<string>();
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;

  isUnderWay({ folder, run }: RunParams): boolean {
    return this.underWay.has(`${folder}\n${run}`);
  }

  /** Counts it as under way until the work is done. */
  async during({ folder, run }: RunParams, work: () => Promise<void>): Promise<void> {
    const key = `${folder}\n${run}`;
    this.underWay.add(key);
    this.changed.fire();
    try {
      await work();
    } finally {
      this.underWay.delete(key);
      this.changed.fire();
    }
  }

  dispose(): void {
    this.changed.dispose();
  }
}

/** Evaluates a run, unless that is being done. */
export async function evaluate(server: ServerConnection, evaluations: Evaluations, params: RunParams): Promise<void> {
  if (evaluations.isUnderWay(params)) return;
  await evaluations.during(params, async () => {
    await withWork(server, vscode.l10n.t("Evaluating the training"), (work) => work.request(EvaluateRequest, params));
  });
}
