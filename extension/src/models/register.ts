// "Select Model" and what the tree of models offers, and the status bar item that names the model which answers.
import * as vscode from "vscode";
import { folderFor } from "../folders";
import type { ModelsResult, OfferedModel } from "../protocol";
import type { ServerConnection } from "../server";
import type { ModelNode } from "../views/models";
import { registerEvaluation } from "./evaluation";
import { inUse, type Models } from "./models";
import { figuresOf, modelName } from "./text";

interface ModelItem extends vscode.QuickPickItem {
  does: "use" | "browse";
  name: string;
}

export function registerModels(server: ServerConnection, models: Models): vscode.Disposable[] {
  return [
    vscode.commands.registerCommand("mothertongue.selectModel", () => selectModel(models)),
    vscode.commands.registerCommand("mothertongue.useModel", ({ folder, model }: ModelNode) => models.choose(folder, model.name)),
    vscode.commands.registerCommand("mothertongue.revealModel", ({ model }: ModelNode) => reveal(model)),
    ...registerEvaluation(),
    ...showInStatusBar(server, models),
  ];
}

async function selectModel(models: Models): Promise<void> {
  const folder = await folderFor();
  if (folder === undefined) return;
  await models.refresh();
  const found = models.of(folder);
  if (found === undefined) {
    void vscode.window.showErrorMessage(vscode.l10n.t("The language server is not running."));
    return;
  }
  const name = await pick(found);
  if (name !== undefined) await models.choose(folder, name);
}

/** In the explorer of the editor where the file is in it; that of the system is not there in a browser. */
async function reveal({ uri }: OfferedModel): Promise<void> {
  if (uri === null) return;
  const file = vscode.Uri.parse(uri);
  const isInWorkspace = vscode.workspace.getWorkspaceFolder(file) !== undefined;
  await vscode.commands.executeCommand(isInWorkspace ? "revealInExplorer" : "revealFileInOS", file);
}

async function pick(found: ModelsResult): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const item = await vscode.window.showQuickPick(itemsOf(found), {
    title: t("Model that answers"),
    placeHolder: found.problem || t("An adapter takes the place of another one without loading the base again"),
    matchOnDescription: true,
  });
  if (item?.does !== "browse") return item?.name;
  const files = await vscode.window.showOpenDialog({
    title: t("Model or adapter"),
    canSelectMany: false,
    filters: { [t("GGUF files")]: ["gguf"] },
  });
  return files?.[0]?.fsPath;
}

function itemsOf(found: ModelsResult): ModelItem[] {
  const { t } = vscode.l10n;
  // In Restricted Mode only the embedded base answers, whatever is chosen.
  if (!vscode.workspace.isTrusted) return found.models.map((model) => itemOf(model, false));
  return [
    {
      label: t("$(sparkle) Choose automatically"),
      detail: t("The adapter that was trained last, or else the embedded base"),
      ...(found.automatic ? { description: t("in use") } : {}),
      does: "use",
      name: "",
    },
    ...found.models.map((model) => itemOf(model, !found.automatic)),
    { label: t("$(folder-opened) Browse…"), does: "browse", name: "" },
  ];
}

function itemOf(model: OfferedModel, isChosen: boolean): ModelItem {
  const { t } = vscode.l10n;
  const described = [isChosen && model.inUse ? t("in use") : "", model.base === "" ? "" : t("trained on {0}", model.base)];
  return {
    label: `$(chip) ${modelName(model, t)}`,
    description: described.filter(Boolean).join(" · "),
    detail: figuresOf(model, t),
    does: "use",
    name: model.name,
  };
}

/** Shown where there is more than the embedded base to choose from, or what was chosen is gone. */
function showInStatusBar(server: ServerConnection, models: Models): vscode.Disposable[] {
  const { t } = vscode.l10n;
  const item = vscode.window.createStatusBarItem("mothertongue.model", vscode.StatusBarAlignment.Right, 89);
  item.name = t("Mothertongue: model");
  item.command = "mothertongue.selectModel";
  const draw = (): void => {
    const [first] = models.all.values();
    if (first === undefined || server.state !== "running" || (first.models.length < 2 && first.problem === "")) {
      item.hide();
      return;
    }
    const model = inUse(first);
    item.text = model === undefined ? `$(warning) ${t("no model")}` : `$(chip) ${modelName(model, t)}`;
    item.tooltip = first.problem || t("This model answers. Click to select another one.");
    item.backgroundColor = first.problem === "" ? undefined : new vscode.ThemeColor("statusBarItem.warningBackground");
    item.accessibilityInformation = { label: t("Model: {0}", model === undefined ? t("no model") : modelName(model, t)) };
    item.show();
  };
  return [item, models.onDidChange(draw), server.onDidChangeState(draw)];
}
