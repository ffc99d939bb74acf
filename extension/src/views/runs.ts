// The tree of training runs: what lies in the run folders of the workspace, read from disk.
import * as vscode from "vscode";
import type { RunFolders } from "../runFolders";
import { runItemText, stateOf } from "../runs";

const RUN_STATES = ".mothertongue/runs/*/state.json";
const VIEW = "mothertongue.runs";

export function registerRunsView(runs: RunFolders): vscode.Disposable[] {
  const changed = new vscode.EventEmitter<undefined>();
  const tree: vscode.TreeDataProvider<vscode.TreeItem> = {
    onDidChangeTreeData: changed.event,
    getTreeItem: (item) => item,
    getChildren: async (item) => (item === undefined ? Promise.all((await found()).map(runItem)) : []),
  };
  const view = vscode.window.createTreeView(VIEW, { treeDataProvider: tree });
  return [changed, view, runs.lookFor(view, VIEW), runs.onDidChange(() => changed.fire(undefined))];
}

/** The newest first. */
async function found(): Promise<vscode.Uri[]> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  // No excludes: the folder is hidden from search by most people.
  const files = await Promise.all(
    folders.map((folder) => vscode.workspace.findFiles(new vscode.RelativePattern(folder, RUN_STATES), null)),
  );
  return files.flat().sort((a, b) => (a.path < b.path ? 1 : -1));
}

async function runItem(file: vscode.Uri): Promise<vscode.TreeItem> {
  const state = stateOf(new TextDecoder().decode(await vscode.workspace.fs.readFile(file)));
  const folder = vscode.Uri.joinPath(file, "..").path;
  const { description, tooltip, icon } = runItemText(state, vscode.l10n.t);
  return {
    label: folder.slice(folder.lastIndexOf("/") + 1),
    description,
    tooltip,
    iconPath: new vscode.ThemeIcon(icon),
    contextValue: "run",
  };
}
