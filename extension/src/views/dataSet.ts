// The tree of the data set: folders (where there are several) → families → files → examples. Read level by level, page by page.
import * as vscode from "vscode";
import type { DataSets } from "../dataSets";
import {
  ExamplesRequest,
  FamiliesRequest,
  FilesRequest,
  type ExampleHead,
  type Family,
  type FamilyFile,
  type FolderStatus,
} from "../protocol";
import type { ServerConnection } from "../server";

const PAGE = 200;

/** What the person added, accepted or corrected since the last training, with the offer to train. */
interface NewExamples {
  is: "new";
  folder: string;
  count: number;
  trained: boolean;
}

type Node =
  | NewExamples
  | { is: "folder"; status: FolderStatus }
  | { is: "family"; folder: string; family: Family }
  | { is: "file"; folder: string; family: string; file: FamilyFile }
  | { is: "example"; folder: string; example: ExampleHead }
  | { is: "more"; parent: Node; shown: number; total: number };

export function registerDataSetView(server: ServerConnection, dataSets: DataSets): vscode.Disposable[] {
  const tree = new DataSetTree(server, dataSets);
  const view = vscode.window.createTreeView("mothertongue.dataset", { treeDataProvider: tree, showCollapseAll: true });
  const describe = (): void => {
    const examples = dataSets.all.reduce((sum, { examples: n }) => sum + n, 0);
    view.description = examples === 0 || server.state !== "running" ? "" : examples.toLocaleString();
    view.message = dataSets.all.find(({ state }) => state === "failed")?.problem ?? "";
  };
  return [
    view,
    dataSets.onDidChange(({ contentChanged }) => {
      describe();
      if (contentChanged) tree.refresh();
    }),
    vscode.commands.registerCommand("mothertongue.refresh", () => dataSets.refresh()),
    vscode.commands.registerCommand("mothertongue.showMore", (more: Node) => tree.showMore(more)),
  ];
}

class DataSetTree implements vscode.TreeDataProvider<Node> {
  private readonly emitter = new vscode.EventEmitter<Node | undefined>();
  // How many children of a node are shown, where that is more than a page.
  private readonly shown = new WeakMap<Node, number>();
  readonly onDidChangeTreeData = this.emitter.event;

  constructor(
    private readonly server: ServerConnection,
    private readonly dataSets: DataSets,
  ) {}

  refresh(): void {
    this.emitter.fire(undefined);
  }

  showMore(node: Node): void {
    if (node.is !== "more") return;
    this.shown.set(node.parent, node.shown + PAGE);
    this.emitter.fire(node.parent);
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (this.server.state !== "running") return [];
    switch (node?.is) {
      case undefined:
        return this.roots();
      case "folder":
        return this.ofFolder(node.status);
      case "family":
        return this.files(node);
      case "file":
        return this.examples(node);
      default:
        return [];
    }
  }

  getTreeItem(node: Node): vscode.TreeItem {
    switch (node.is) {
      case "new":
        return newItem(node);
      case "folder":
        return folderItem(node.status);
      case "family":
        return familyItem(node.folder, node.family);
      case "file":
        return fileItem(node.folder, node.family, node.file);
      case "example":
        return exampleItem(node.folder, node.example);
      case "more":
        return moreItem(node);
    }
  }

  private roots(): Promise<Node[]> | Node[] {
    const built = this.dataSets.all.filter(({ examples }) => examples > 0);
    const [only, ...others] = built;
    if (only === undefined) return [];
    return others.length === 0 ? this.ofFolder(only) : built.map((status) => ({ is: "folder", status }));
  }

  private async ofFolder({ folder, newExamples, trained }: FolderStatus): Promise<Node[]> {
    const offer: Node[] = newExamples === 0 ? [] : [{ is: "new", folder, count: newExamples, trained }];
    return [...offer, ...(await this.families(folder))];
  }

  private async families(folder: string): Promise<Node[]> {
    const { families } = await this.server.request(FamiliesRequest, { folder });
    return families.map((family) => ({ is: "family", folder, family }));
  }

  private async files(parent: Node & { is: "family" }): Promise<Node[]> {
    const { folder, family } = parent;
    const limit = this.shown.get(parent) ?? PAGE;
    const { files, total } = await this.server.request(FilesRequest, { folder, family: family.name, limit });
    return withMore(
      files.map((file) => ({ is: "file", folder, family: family.name, file })),
      parent,
      total,
    );
  }

  private async examples(parent: Node & { is: "file" }): Promise<Node[]> {
    const { folder, family, file } = parent;
    const limit = this.shown.get(parent) ?? PAGE;
    const { examples, total } = await this.server.request(ExamplesRequest, { folder, family, path: file.path, limit });
    return withMore(
      examples.map((example) => ({ is: "example", folder, example })),
      parent,
      total,
    );
  }
}

function withMore(nodes: Node[], parent: Node, total: number): Node[] {
  return nodes.length < total ? [...nodes, { is: "more", parent, shown: nodes.length, total }] : nodes;
}

function newItem({ folder, count, trained }: NewExamples): vscode.TreeItem {
  const { t } = vscode.l10n;
  return {
    id: `${folder}\nnew`,
    label: trained ? t("New since the last training") : t("Your own, not trained on yet"),
    description: count.toLocaleString(),
    tooltip: t("{0} examples that you added, accepted or corrected; a training learns from them", count.toLocaleString()),
    iconPath: new vscode.ThemeIcon("mortar-board"),
    collapsibleState: vscode.TreeItemCollapsibleState.None,
    contextValue: "newExamples",
    command: { command: "mothertongue.trainModel", title: t("Train Model"), arguments: [vscode.Uri.parse(folder)] },
  };
}

function folderItem({ folder, name, examples }: FolderStatus): vscode.TreeItem {
  return {
    id: folder,
    label: name,
    description: examples.toLocaleString(),
    iconPath: new vscode.ThemeIcon("root-folder"),
    collapsibleState: COLLAPSED,
  };
}

function familyItem(folder: string, { name, title, files, examples }: Family): vscode.TreeItem {
  return {
    id: `${folder}\n${name}`,
    label: title,
    description: examples.toLocaleString(),
    tooltip: vscode.l10n.t("{0} examples from {1} files", examples.toLocaleString(), files.toLocaleString()),
    iconPath: new vscode.ThemeIcon("symbol-class"),
    collapsibleState: COLLAPSED,
    accessibilityInformation: { label: vscode.l10n.t("{0}, {1} examples", title, examples) },
  };
}

function fileItem(folder: string, family: string, { path, uri, examples }: FamilyFile): vscode.TreeItem {
  const resource = uri === null ? {} : { resourceUri: vscode.Uri.parse(uri) };
  const slash = path.lastIndexOf("/");
  return {
    ...resource,
    id: `${folder}\n${family}\n${path}`,
    label: uri === null ? path.slice(0, 12) : path.slice(slash + 1),
    description: [examples.toLocaleString(), slash < 0 ? "" : path.slice(0, slash)].filter(Boolean).join(" · "),
    tooltip: path,
    iconPath: uri === null ? new vscode.ThemeIcon("git-commit") : vscode.ThemeIcon.File,
    collapsibleState: COLLAPSED,
    contextValue: uri === null ? "commit" : "file",
  };
}

function exampleItem(folder: string, example: ExampleHead): vscode.TreeItem {
  return {
    label: example.kind.replaceAll("_", " ").replaceAll(".", ": "),
    description: example.promptHead,
    tooltip: example.promptHead,
    iconPath: new vscode.ThemeIcon("comment-discussion"),
    collapsibleState: vscode.TreeItemCollapsibleState.None,
    command: { command: "mothertongue.openExample", title: vscode.l10n.t("Open Example"), arguments: [folder, example] },
  };
}

function moreItem(node: Node & { is: "more" }): vscode.TreeItem {
  return {
    label: vscode.l10n.t("Show more ({0} of {1})", node.shown.toLocaleString(), node.total.toLocaleString()),
    iconPath: new vscode.ThemeIcon("ellipsis"),
    collapsibleState: vscode.TreeItemCollapsibleState.None,
    command: { command: "mothertongue.showMore", title: vscode.l10n.t("Show more"), arguments: [node] },
  };
}

const COLLAPSED = vscode.TreeItemCollapsibleState.Collapsed;
