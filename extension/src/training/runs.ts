// Which training runs there are, and which one trains: asked of the server, again and again while one does, whoever has started it.
import * as vscode from "vscode";
import { RunsRequest, type RunSummary } from "../protocol";
import type { RunFolders } from "../runFolders";
import { NotRunningError, type ServerConnection } from "../server";
import { isCancelled } from "../work";
import { isUnderWay } from "./text";

const ASK_EVERY_MS = 1500;

/** A run and the URI of the folder that it is of. */
export interface TrainingRun {
  readonly folder: string;
  readonly summary: RunSummary;
}

export class TrainingRuns implements vscode.Disposable {
  private found: readonly TrainingRun[] = [];
  private timer: NodeJS.Timeout | undefined;
  private asking: Promise<void> = Promise.resolve();
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly ended = new vscode.EventEmitter<TrainingRun>();
  private readonly subscriptions: vscode.Disposable[];

  /** Fires when there are others, or one has gone on. */
  readonly onDidChange = this.changed.event;
  /** Fires when one has ended that was seen to go on. */
  readonly onDidEnd = this.ended.event;

  constructor(
    private readonly server: ServerConnection,
    folders: RunFolders,
    private readonly log: vscode.LogOutputChannel,
  ) {
    const refresh = (): void => void this.refresh();
    this.subscriptions = [
      this.changed,
      this.ended,
      server.onDidChangeState(refresh),
      folders.onDidChange(refresh),
      vscode.workspace.onDidChangeWorkspaceFolders(refresh),
    ];
  }

  /** The newest first. */
  get all(): readonly TrainingRun[] {
    return this.found;
  }

  /** The one that trains. */
  get current(): TrainingRun | undefined {
    return this.found.find(({ summary }) => isUnderWay(summary));
  }

  /** Asks the server, after what is asked already. */
  refresh(): Promise<void> {
    this.asking = this.asking.then(() => this.ask());
    return this.asking;
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private async ask(): Promise<void> {
    clearTimeout(this.timer);
    if (this.server.state !== "running") return;
    try {
      const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
      this.take((await Promise.all(folders.map(({ uri }) => this.of(uri.toString())))).flat());
    } catch (error) {
      // The server has ended meanwhile, which is said elsewhere; the runs are asked for again when it is back.
      if (!(error instanceof NotRunningError) && !isCancelled(error)) this.log.debug(`The training runs: ${String(error)}`);
    }
  }

  private async of(folder: string): Promise<TrainingRun[]> {
    const { runs } = await this.server.request(RunsRequest, { folder });
    return runs.map((summary) => ({ folder, summary }));
  }

  private take(found: TrainingRun[]): void {
    const before = this.current;
    const said = JSON.stringify(this.found);
    this.found = found.sort((a, b) => (a.summary.name < b.summary.name ? 1 : -1));
    if (this.current !== undefined) this.timer = setTimeout(() => void this.refresh(), ASK_EVERY_MS);
    if (JSON.stringify(this.found) !== said) this.changed.fire();
    const after = this.found.find(({ folder, summary }) => folder === before?.folder && summary.name === before.summary.name);
    if (after !== undefined && !isUnderWay(after.summary)) this.ended.fire(after);
  }
}
