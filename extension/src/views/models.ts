// The tree of models: what can answer, with the figures before and after its training, and which one does.
import * as vscode from "vscode";
import { modelPython } from "../modelEnvironment/where";
import type { Models } from "../models/models";
import { modelItemText } from "../models/text";
import type { OfferedModel } from "../protocol";
import type { RunFolders } from "../runFolders";

const VIEW = "mothertongue.models";

/** A model of a folder, as the commands of its menu get it. */
export interface ModelNode {
  is: "model";
  folder: string;
  model: OfferedModel;
}

type Node = { is: "environment"; python: string } | { is: "folder"; folder: string } | ModelNode;

export function registerModelsView(context: vscode.ExtensionContext, models: Models, runs: RunFolders): vscode.Disposable[] {
  const changed = new vscode.EventEmitter<undefined>();
  const tree: vscode.TreeDataProvider<Node> = {
    onDidChangeTreeData: changed.event,
    getTreeItem: itemOf,
    getChildren: async (node) => {
      if (node === undefined) {
        const roots = rootsOf(models);
        // Without a model the view is empty, so that it says how to come to one.
        return roots.length === 0 ? [] : [...(await environment(context)), ...roots];
      }
      return node.is === "folder" ? modelsOf(models, node.folder) : [];
    },
  };
  const view = vscode.window.createTreeView(VIEW, { treeDataProvider: tree });
  const draw = (): void => {
    view.message = [...models.all.values()].find(({ problem }) => problem !== "")?.problem ?? "";
    changed.fire(undefined);
  };
  return [changed, view, runs.lookFor(view, VIEW), models.onDidChange(draw)];
}

function rootsOf(models: Models): Node[] {
  const folders = [...models.all.keys()];
  const [only, ...others] = folders;
  if (only === undefined) return [];
  return others.length === 0 ? modelsOf(models, only) : folders.map((folder) => ({ is: "folder", folder }));
}

/** The embedded base alone is no news: the view says instead how to come to a model. */
function modelsOf(models: Models, folder: string): Node[] {
  const found = models.of(folder)?.models ?? [];
  return found.length < 2 ? [] : found.map((model) => ({ is: "model", folder, model }));
}

async function environment(context: vscode.ExtensionContext): Promise<Node[]> {
  const python = await modelPython(context);
  return python === undefined ? [] : [{ is: "environment", python }];
}

function itemOf(node: Node): vscode.TreeItem {
  switch (node.is) {
    case "environment":
      return {
        label: vscode.l10n.t("Model environment"),
        description: vscode.l10n.t("ready"),
        tooltip: node.python,
        iconPath: new vscode.ThemeIcon("package"),
        contextValue: "environment",
      };
    case "folder":
      return {
        label: vscode.workspace.getWorkspaceFolder(vscode.Uri.parse(node.folder))?.name ?? node.folder,
        iconPath: new vscode.ThemeIcon("root-folder"),
        collapsibleState: vscode.TreeItemCollapsibleState.Expanded,
      };
    case "model":
      return modelItem(node);
  }
}

function modelItem({ folder, model }: ModelNode): vscode.TreeItem {
  const { label, description, tooltip, icon, contextValue } = modelItemText(model, vscode.l10n.t);
  return {
    id: `${folder}\n${model.name}`,
    label,
    description,
    tooltip,
    iconPath: new vscode.ThemeIcon(icon),
    contextValue,
    accessibilityInformation: { label: `${label}, ${description}` },
  };
}
