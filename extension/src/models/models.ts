// Which models there are in each workspace folder, and which one answers: asked of the server, chosen through the setting.
import * as vscode from "vscode";
import { ModelsRequest, type ModelsResult, type OfferedModel } from "../protocol";
import type { RunFolders } from "../runFolders";
import type { ServerConnection } from "../server";
import { isCancelled } from "../work";

const SETTING = "model";

export class Models implements vscode.Disposable {
  private found = new Map<string, ModelsResult>();
  private readonly emitter = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];

  /** Fires when there are others, or another one answers. */
  readonly onDidChange = this.emitter.event;

  constructor(
    private readonly server: ServerConnection,
    runs: RunFolders,
    private readonly log: vscode.LogOutputChannel,
  ) {
    const refresh = (): void => void this.refresh();
    this.subscriptions = [
      this.emitter,
      server.onDidChangeState(refresh),
      runs.onDidChange(refresh),
      vscode.workspace.onDidChangeWorkspaceFolders(refresh),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(`mothertongue.${SETTING}`)) refresh();
      }),
    ];
  }

  /** By the URI of the folder, in the order of the workspace. */
  get all(): ReadonlyMap<string, ModelsResult> {
    return this.found;
  }

  of(folder: string): ModelsResult | undefined {
    return this.found.get(folder);
  }

  /** Asks the server again. */
  async refresh(): Promise<void> {
    const folders = this.server.state === "running" ? (vscode.workspace.workspaceFolders ?? []) : [];
    try {
      const found = folders.map(async ({ uri }): Promise<[string, ModelsResult]> => {
        const folder = uri.toString();
        return [folder, await this.server.request(ModelsRequest, { folder })];
      });
      this.found = new Map(await Promise.all(found));
    } catch (error) {
      // The server has ended meanwhile, which is said elsewhere; the list is asked for again when it is back.
      if (!isCancelled(error)) this.log.debug(`The list of models: ${String(error)}`);
      return;
    }
    this.emitter.fire();
  }

  /** Lets a model answer from the next request on; the empty name is the newest adapter. */
  async choose(folder: string, name: string): Promise<void> {
    const settings = vscode.workspace.getConfiguration("mothertongue", vscode.Uri.parse(folder));
    const isOneOfSeveral = (vscode.workspace.workspaceFolders ?? []).length > 1;
    const target = isOneOfSeveral ? vscode.ConfigurationTarget.WorkspaceFolder : vscode.ConfigurationTarget.Workspace;
    const found = settings.inspect<string>(SETTING);
    // What the person has set for all projects counts unless this one says otherwise.
    const wanted = name === "" && (found?.globalValue ?? "") === "" ? undefined : name;
    if (wanted === (isOneOfSeveral ? found?.workspaceFolderValue : found?.workspaceValue)) return;
    await settings.update(SETTING, wanted, target);
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }
}

/** The one that answers. */
export function inUse({ models }: ModelsResult): OfferedModel | undefined {
  return models.find((model) => model.inUse);
}
