// The trees of training runs and models: what lies in the run folders of the workspace, read from disk and watched.
import * as vscode from "vscode";
import { runItemText, stateOf } from "../runs";
import { modelPython } from "../modelEnvironment";

const RUNS = ".mothertongue/runs";
const RUN_STATES = `${RUNS}/*/state.json`;
const MODELS = `${RUNS}/**/*.gguf`;

export function registerModelViews(context: vscode.ExtensionContext): vscode.Disposable[] {
  return [
    ...registerTree("mothertongue.runs", RUN_STATES, runItem),
    ...registerTree("mothertongue.models", MODELS, modelItem, () => environmentItem(context)),
  ];
}

/** A flat tree of the files that match a pattern, newest first; what stands above them is not a file. */
function registerTree(
  view: string,
  pattern: string,
  itemOf: (file: vscode.Uri) => Promise<vscode.TreeItem>,
  above: () => Promise<vscode.TreeItem[]> = () => Promise.resolve([]),
): vscode.Disposable[] {
  const changed = new vscode.EventEmitter<undefined>();
  const watcher = vscode.workspace.createFileSystemWatcher(`**/${pattern}`);
  // Of a folder that is made and filled at once, the editor may tell only that it came.
  const folders = vscode.workspace.createFileSystemWatcher(`**/${RUNS}/**`, false, true, false);
  const tell = (): void => changed.fire(undefined);
  const tree: vscode.TreeDataProvider<vscode.TreeItem> = {
    onDidChangeTreeData: changed.event,
    getTreeItem: (item) => item,
    getChildren: async (item) =>
      item === undefined ? [...(await above()), ...(await Promise.all((await found(pattern)).map(itemOf)))] : [],
  };
  return [
    changed,
    watcher,
    folders,
    folders.onDidCreate(tell),
    folders.onDidDelete(tell),
    watcher.onDidCreate(tell),
    watcher.onDidChange(tell),
    watcher.onDidDelete(tell),
    vscode.workspace.onDidChangeWorkspaceFolders(tell),
    vscode.window.registerTreeDataProvider(view, tree),
  ];
}

async function found(pattern: string): Promise<vscode.Uri[]> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  // No excludes: the folder is hidden from search by most people.
  const files = await Promise.all(folders.map((folder) => vscode.workspace.findFiles(new vscode.RelativePattern(folder, pattern), null)));
  return files.flat().sort((a, b) => (a.path < b.path ? 1 : -1));
}

async function runItem(file: vscode.Uri): Promise<vscode.TreeItem> {
  const state = stateOf(new TextDecoder().decode(await vscode.workspace.fs.readFile(file)));
  const folder = vscode.Uri.joinPath(file, "..");
  const { description, tooltip, icon } = runItemText(state, vscode.l10n.t);
  return { label: nameOf(folder), description, tooltip, iconPath: new vscode.ThemeIcon(icon), contextValue: "run" };
}

function modelItem(file: vscode.Uri): Promise<vscode.TreeItem> {
  return Promise.resolve({
    label: nameOf(file),
    description: nameOf(vscode.Uri.joinPath(file, "..")),
    tooltip: file.fsPath,
    iconPath: new vscode.ThemeIcon("chip"),
    contextValue: "model",
  });
}

async function environmentItem(context: vscode.ExtensionContext): Promise<vscode.TreeItem[]> {
  const python = await modelPython(context);
  if (python === undefined) return [];
  return [
    {
      label: vscode.l10n.t("Model environment"),
      description: vscode.l10n.t("ready"),
      tooltip: python,
      iconPath: new vscode.ThemeIcon("package"),
      contextValue: "environment",
    },
  ];
}

function nameOf(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf("/") + 1);
}
