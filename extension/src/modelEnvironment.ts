// "Set Up Model Environment": torch and llama.cpp in an environment of the extension's own, with progress, log and Cancel.
import { spawn, type ChildProcess } from "node:child_process";
import { rm } from "node:fs/promises";
import * as path from "node:path";
import * as vscode from "vscode";
import { pythonOf, stepsOf, type Step } from "./modelEnvironmentSteps";
import { findPython } from "./python/find";
import type { ServerConnection } from "./server";

const MARKER = "set-up.json";

export function registerModelEnvironment(
  context: vscode.ExtensionContext,
  server: ServerConnection,
  log: vscode.LogOutputChannel,
): vscode.Disposable[] {
  const folder = vscode.Uri.joinPath(context.globalStorageUri, "model-environment");
  void tellWhetherThere(folder);
  return [
    vscode.commands.registerCommand("mothertongue.setUpModelEnvironment", async () => {
      if (!vscode.workspace.isTrusted) {
        void vscode.window.showWarningMessage(vscode.l10n.t("Trust this workspace first: nothing is installed in Restricted Mode."));
        return;
      }
      const build = await pickBuild();
      const interpreter = build === undefined ? undefined : await findPython(context, log);
      if (build === undefined || interpreter === undefined) return;
      if (await setUp(context, folder, interpreter, build, log)) await server.restart();
    }),
    vscode.commands.registerCommand("mothertongue.removeModelEnvironment", async () => {
      const { t } = vscode.l10n;
      const remove = t("Remove");
      const chosen = await vscode.window.showWarningMessage(
        t("Remove the model environment?"),
        { modal: true, detail: t("Data sets, training runs and models stay. It can be set up again at any time.") },
        remove,
      );
      if (chosen !== remove) return;
      await rm(folder.fsPath, { recursive: true, force: true });
      await tellWhetherThere(folder);
    }),
  ];
}

/** Python of the environment; undefined while it is not set up. */
export async function modelPython(context: vscode.ExtensionContext): Promise<string | undefined> {
  const folder = vscode.Uri.joinPath(context.globalStorageUri, "model-environment");
  return (await isThere(folder)) ? pythonOf(folder.fsPath, process.platform) : undefined;
}

async function pickBuild(): Promise<"cpu" | "default" | undefined> {
  const { t } = vscode.l10n;
  const items = [
    { label: t("Processor only"), detail: t("About 1 GB on disk. Enough for the embedded model."), build: "cpu" as const },
    { label: t("With support for a graphics card"), detail: t("Several GB on Linux and Windows."), build: "default" as const },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: t("Set Up Model Environment"),
    placeHolder: t("Downloads torch and llama.cpp from the package index into a folder of the extension's own"),
  });
  return picked?.build;
}

/** Makes the environment anew. What fails or is cancelled is removed; only a whole one gets the marker, and only then it is used. */
async function setUp(
  context: vscode.ExtensionContext,
  folder: vscode.Uri,
  interpreter: string,
  build: "cpu" | "default",
  log: vscode.LogOutputChannel,
): Promise<boolean> {
  const { t } = vscode.l10n;
  const indexUrl = vscode.workspace.getConfiguration("mothertongue").get("modelEnvironment.indexUrl", "");
  const steps = stepsOf({
    interpreter,
    folder: folder.fsPath,
    requirements: bundled(context, "model-requirements.txt"),
    build,
    indexUrl,
    platform: process.platform,
  });
  try {
    await rm(folder.fsPath, { recursive: true, force: true });
    await vscode.workspace.fs.createDirectory(context.globalStorageUri);
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: t("Setting up the model environment"), cancellable: true },
      async (progress, token) => {
        for (const [done, step] of steps.entries()) {
          progress.report({ message: titleOf(step), increment: done === 0 ? 0 : 100 / steps.length });
          await run(step, log, token);
        }
      },
    );
  } catch (error) {
    await rm(folder.fsPath, { recursive: true, force: true });
    await tellWhetherThere(folder);
    if (!(error instanceof vscode.CancellationError)) sayThatItFailed(error);
    return false;
  }
  await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, MARKER), new TextEncoder().encode(JSON.stringify({ build })));
  await tellWhetherThere(folder);
  void vscode.window.showInformationMessage(t("The model environment is ready."));
  return true;
}

function bundled(context: vscode.ExtensionContext, name: string): string {
  return path.join(context.extensionPath, "bundled", name);
}

function titleOf({ what }: Step): string {
  const { t } = vscode.l10n;
  return {
    environment: t("making the environment"),
    torch: t("installing torch"),
    rest: t("installing the other libraries"),
    check: t("checking"),
  }[what];
}

/** Runs a step, its output going to the log; Cancel ends it. */
function run({ command, args }: Step, log: vscode.LogOutputChannel, token: vscode.CancellationToken): Promise<void> {
  log.info(`$ ${[command, ...args].join(" ")}`);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], windowsHide: true, detached: process.platform !== "win32" });
    const last: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        for (const line of text.split(/\r?\n/).filter(Boolean)) {
          log.info(line);
          last.splice(0, last.length - 2, line);
        }
      });
    }
    const cancelling = token.onCancellationRequested(() => endWithChildren(child));
    child.on("error", reject);
    child.on("close", (code) => {
      cancelling.dispose();
      if (token.isCancellationRequested) reject(new vscode.CancellationError());
      else if (code === 0) resolve();
      else reject(new Error(last.at(-1) ?? `${command} ended with ${String(code)}`));
    });
  });
}

/** pip and venv start processes of their own, which must not go on writing. */
function endWithChildren({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  if (process.platform === "win32") spawn("taskkill", ["/pid", String(pid), "/T", "/F"], { windowsHide: true });
  else process.kill(-pid);
}

function sayThatItFailed(error: unknown): void {
  const { t } = vscode.l10n;
  const showLog = t("Show Log");
  const reason = error instanceof Error ? error.message : String(error);
  void vscode.window.showErrorMessage(t("The model environment could not be set up: {0}", reason), showLog).then((chosen) => {
    if (chosen === showLog) void vscode.commands.executeCommand("mothertongue.showLog");
  });
}

async function isThere(folder: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(vscode.Uri.joinPath(folder, MARKER));
    return true;
  } catch {
    return false; // not there, or not whole
  }
}

async function tellWhetherThere(folder: vscode.Uri): Promise<void> {
  await vscode.commands.executeCommand("setContext", "mothertongue.modelEnvironment", await isThere(folder));
}
