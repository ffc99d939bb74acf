// "Set Up Model Environment": torch and llama.cpp in an environment of the extension's own; and its removal.
import { rm, statfs } from "node:fs/promises";
import * as vscode from "vscode";
import { findPython } from "../python/find";
import type { ServerConnection } from "../server";
import { setUp } from "./setUp";
import { bytesNeeded, type Build } from "./steps";
import { environmentFolder, isWhole } from "./where";

export function registerModelEnvironment(
  context: vscode.ExtensionContext,
  server: ServerConnection,
  log: vscode.LogOutputChannel,
): vscode.Disposable[] {
  const folder = environmentFolder(context);
  void tellWhetherThere(folder);
  return [
    vscode.commands.registerCommand("mothertongue.setUpModelEnvironment", async (chosen?: unknown) => {
      if (!vscode.workspace.isTrusted) {
        void vscode.window.showWarningMessage(vscode.l10n.t("Trust this workspace first: nothing is installed in Restricted Mode."));
        return;
      }
      if ((await isWhole(folder)) && !(await isToBeMadeAnew())) return;
      await vscode.workspace.fs.createDirectory(context.globalStorageUri);
      const build = isBuild(chosen) ? chosen : await pickBuild(context.globalStorageUri);
      const interpreter = build === undefined ? undefined : await findPython(context, log);
      if (build === undefined || interpreter === undefined) return;
      const isReady = await setUp(context, folder, interpreter.executable, build, log);
      await tellWhetherThere(folder);
      if (isReady) await server.restart();
    }),
    vscode.commands.registerCommand("mothertongue.removeModelEnvironment", async () => {
      const { t } = vscode.l10n;
      const detail = t("Data sets, training runs and models stay. It can be set up again at any time.");
      if (!(await isConfirmed(t("Remove the model environment?"), detail, t("Remove")))) return;
      await rm(folder.fsPath, { recursive: true, force: true });
      await tellWhetherThere(folder);
      await server.restart();
    }),
  ];
}

/** Whether an environment that is whole shall give way to a new one: it took minutes and gigabytes. */
function isToBeMadeAnew(): Promise<boolean> {
  const { t } = vscode.l10n;
  const detail = t("Setting it up anew removes it first; a training that uses it would fail.");
  return isConfirmed(t("The model environment is set up already."), detail, t("Set Up Anew"));
}

async function isConfirmed(question: string, detail: string, action: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, action)) === action;
}

/** Which torch is wanted, with the room that it takes beside the room that there is. */
async function pickBuild(storage: vscode.Uri): Promise<Build | undefined> {
  const { t } = vscode.l10n;
  const { bavail, bsize } = await statfs(storage.fsPath);
  const room = (build: Build): string => {
    const needed = bytesNeeded(build, process.platform);
    const text = t("Takes up to {0} GB; {1} GB are free.", inGb(needed), inGb(bavail * bsize));
    return needed > bavail * bsize ? t("$(warning) {0} Make room first.", text) : text;
  };
  const gpu = { label: t("With support for a graphics card"), detail: room("default"), build: "default" as const };
  const cpu = { label: t("Processor only"), description: t("enough for the embedded model"), detail: room("cpu"), build: "cpu" as const };
  const picked = await vscode.window.showQuickPick(process.platform === "darwin" ? [gpu] : [cpu, gpu], {
    title: t("Set Up Model Environment"),
    placeHolder: t("Downloads torch, and compiles llama.cpp (minutes), in a folder of the extension's own"),
  });
  return picked?.build;
}

/** Menus call commands with things of their own. */
function isBuild(chosen: unknown): chosen is Build {
  return chosen === "cpu" || chosen === "default";
}

function inGb(bytes: number): string {
  return (bytes / 1e9).toLocaleString(undefined, { maximumFractionDigits: 1 });
}

async function tellWhetherThere(folder: vscode.Uri): Promise<void> {
  await vscode.commands.executeCommand("setContext", "mothertongue.modelEnvironment", await isWhole(folder));
}
