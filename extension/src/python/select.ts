// "Select Python": a list of the interpreters that answer, or a file; the choice goes to the person's settings, checked before.
import * as vscode from "vscode";
import type { ServerConnection } from "../server";
import { check, type Checked } from "./check";
import { allPythons } from "./find";

interface PythonItem extends vscode.QuickPickItem {
  does: "use" | "browse" | "automatic";
  executable: string;
}

export function registerSelectPython(
  context: vscode.ExtensionContext,
  server: ServerConnection,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  return vscode.commands.registerCommand("mothertongue.selectPython", async () => {
    const chosen = await choose(context);
    if (chosen === undefined) return;
    const problem = chosen === "" ? "" : await problemOf(chosen, context);
    if (problem !== "") {
      log.warn(`${chosen} cannot be used: ${problem}`);
      void vscode.window.showErrorMessage(vscode.l10n.t("{0} cannot run Mothertongue: {1}", chosen, problem));
      return;
    }
    const settings = vscode.workspace.getConfiguration("mothertongue");
    // A change of the setting restarts the server by itself.
    if (settings.get("python", "") === chosen) await server.restart();
    else await settings.update("python", chosen, vscode.ConfigurationTarget.Global);
  });
}

async function problemOf(command: string, { extensionPath }: vscode.ExtensionContext): Promise<string> {
  return (await check({ command, args: [], from: "setting" }, extensionPath, vscode.l10n.t)).problem;
}

async function choose(context: vscode.ExtensionContext): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const items = allPythons(context).then((pythons): PythonItem[] => [
    ...pythons.map((python) => itemOf(python)),
    { label: t("$(folder-opened) Browse…"), does: "browse", executable: "" },
    {
      label: t("$(sparkle) Choose automatically"),
      detail: t("The Python extension's, or the one on the PATH"),
      does: "automatic",
      executable: "",
    },
  ]);
  const item = await vscode.window.showQuickPick(items, {
    title: t("Python that runs Mothertongue"),
    placeHolder: t("Python 3.10 or newer; nothing is installed into it"),
  });
  if (item?.does !== "browse") return item?.executable;
  const files = await vscode.window.showOpenDialog({ title: t("Python that runs Mothertongue"), canSelectMany: false });
  return files?.[0]?.fsPath;
}

function itemOf(python: Checked): PythonItem {
  const { t } = vscode.l10n;
  return {
    label: t("Python {0}", python.version),
    description: python.executable,
    ...(python.problem === "" ? {} : { detail: t("$(warning) Cannot be used: {0}", python.problem) }),
    does: "use",
    executable: python.executable,
  };
}
