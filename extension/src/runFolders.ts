// Tells when something became of the training runs of the workspace: begun, gone on, ended, evaluated, merged, removed.
import path from "node:path";
import * as vscode from "vscode";
import { fingerprint } from "./runFiles";

const RUNS = path.join(".mothertongue", "runs");
const LOOK_EVERY_MS = 2000;

/**
 * Looks at the run folders while a view shows them, and whenever one begins to.
 *
 * Looking is more than watching gives: a watcher of a whole folder does not tell of files that came into a new folder before it watched that
 * folder too, which is how runs come; and the editor's `files.watcherExclude` may leave hidden folders out.
 */
export class RunFolders implements vscode.Disposable {
  private seen = "";
  private timer: NodeJS.Timeout | undefined;
  private readonly shownBy = new Set<string>();
  private readonly emitter = new vscode.EventEmitter<void>();
  private readonly watcher = vscode.workspace.createFileSystemWatcher("**/.mothertongue/runs/**");
  private readonly listening: vscode.Disposable[];

  readonly onDidChange = this.emitter.event;

  constructor() {
    const look = (): void => void this.look();
    this.listening = [
      this.emitter,
      this.watcher,
      this.watcher.onDidCreate(look),
      this.watcher.onDidChange(look),
      this.watcher.onDidDelete(look),
      vscode.workspace.onDidChangeWorkspaceFolders(look),
    ];
  }

  /** Looks as long as this view, or another one, is shown. */
  lookFor(view: vscode.TreeView<unknown>, id: string): vscode.Disposable {
    const follow = (): void => {
      if (view.visible) this.shownBy.add(id);
      else this.shownBy.delete(id);
      this.keepLooking();
    };
    follow();
    return view.onDidChangeVisibility(follow);
  }

  dispose(): void {
    clearInterval(this.timer);
    vscode.Disposable.from(...this.listening).dispose();
  }

  private keepLooking(): void {
    clearInterval(this.timer);
    if (this.shownBy.size === 0) return;
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
    void this.look();
  }

  /** Looks now. */
  async look(): Promise<void> {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
    const seen = (await Promise.all(folders.map(({ uri }) => fingerprint(path.join(uri.fsPath, RUNS))))).join("\n");
    if (seen === this.seen) return;
    this.seen = seen;
    this.emitter.fire();
  }
}
