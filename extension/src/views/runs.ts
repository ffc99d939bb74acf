// The tree of training runs; a click opens the page of one.
import * as vscode from "vscode";
import type { RunFolders } from "../runFolders";
import type { TrainingRun, TrainingRuns } from "../training/runs";
import { runItemText } from "../training/text";

const VIEW = "mothertongue.runs";

export function registerRunsView(folders: RunFolders, runs: TrainingRuns): vscode.Disposable[] {
  const changed = new vscode.EventEmitter<undefined>();
  const tree: vscode.TreeDataProvider<TrainingRun> = {
    onDidChangeTreeData: changed.event,
    getTreeItem: itemOf,
    getChildren: (run) => (run === undefined ? [...runs.all] : []),
  };
  const view = vscode.window.createTreeView(VIEW, { treeDataProvider: tree });
  return [changed, view, folders.lookFor(view, VIEW), runs.onDidChange(() => changed.fire(undefined))];
}

function itemOf(run: TrainingRun): vscode.TreeItem {
  const { description: state, tooltip, icon } = runItemText(run.summary, vscode.l10n.t);
  const isOneOfSeveral = (vscode.workspace.workspaceFolders ?? []).length > 1;
  const description = isOneOfSeveral ? `${folderName(run)} · ${state}` : state;
  return {
    id: `${run.folder}\n${run.summary.name}`,
    label: run.summary.name,
    description,
    tooltip,
    iconPath: new vscode.ThemeIcon(icon),
    contextValue: "run",
    command: { command: "mothertongue.showTraining", title: vscode.l10n.t("Show Training"), arguments: [run] },
    accessibilityInformation: { label: `${run.summary.name}, ${description}` },
  };
}

function folderName({ folder }: TrainingRun): string {
  return vscode.workspace.getWorkspaceFolder(vscode.Uri.parse(folder))?.name ?? folder;
}
