// What is known of the data set of each workspace folder: asked once, then kept up to date by what the server tells.
import * as vscode from "vscode";
import { StatusRequest, type FolderStatus, type StatusChangedParams } from "./protocol";
import type { ServerConnection } from "./server";

export class DataSets implements vscode.Disposable {
  private statuses = new Map<string, FolderStatus>();
  private reasons: readonly string[] = [];
  private readonly emitter = new vscode.EventEmitter<{ contentChanged: boolean }>();
  private readonly subscriptions: vscode.Disposable[];

  /** Fires when a state, progress or count has changed; `contentChanged` where a list must be read again. */
  readonly onDidChange = this.emitter.event;

  constructor(private readonly server: ServerConnection) {
    this.subscriptions = [
      this.emitter,
      server.onDidChangeStatus((params) => this.take(params)),
      server.onDidChangeState((state) => {
        if (state === "running") void this.refresh();
        else this.emitter.fire({ contentChanged: state === "stopped" });
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => void this.refresh()),
    ];
  }

  /** One for each folder, in the order of the workspace. */
  get all(): readonly FolderStatus[] {
    return [...this.statuses.values()];
  }

  of(folder: string): FolderStatus | undefined {
    return this.statuses.get(folder);
  }

  /** Why files are not taken in at the moment; empty where they are. */
  get pauseReasons(): readonly string[] {
    return this.reasons;
  }

  /** Asks the server for everything again. */
  async refresh(): Promise<void> {
    if (this.server.state !== "running") return;
    const { folders, pauseReasons } = await this.server.request(StatusRequest, {});
    this.statuses = new Map(folders.map((status) => [status.folder, status]));
    this.reasons = pauseReasons;
    this.tell(true);
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private take(params: StatusChangedParams): void {
    const known = this.statuses.get(params.folder);
    this.reasons = params.pauseReasons;
    if (known === undefined || params.contentChanged) {
      void this.refresh();
      return;
    }
    const { folder, state, activity, problem, pendingFiles, files, examples } = params;
    this.statuses.set(folder, { ...known, state, activity, problem, pendingFiles, files, examples });
    this.tell(false);
  }

  private tell(contentChanged: boolean): void {
    setContext(
      "built",
      this.all.some(({ state, files }) => files > 0 || (state !== "notBuilt" && state !== "building")),
    );
    setContext(
      "exported",
      this.all.some(({ newestExport }) => newestExport !== null),
    );
    setContext("paused", this.reasons.includes("user"));
    this.emitter.fire({ contentChanged });
  }
}

function setContext(name: string, value: boolean): void {
  void vscode.commands.executeCommand("setContext", `mothertongue.${name}`, value);
}
