// Makes the model environment: step by step, with progress, log and Cancel. What a failure leaves is gone on with; what is cancelled goes.
import { spawn, type ChildProcess } from "node:child_process";
import { rm } from "node:fs/promises";
import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as vscode from "vscode";
import { foundIn, progressIn, reasonIn, stepsOf, type Begun, type Build, type Found, type Step } from "./steps";
import { begunIn, markBegun, markWhole } from "./where";

/** A step has ended badly. */
class StepFailedError extends Error {
  constructor(
    readonly step: Step,
    readonly lines: readonly string[],
  ) {
    super(reasonIn(lines).text);
  }
}

/**
 * Makes the environment, or goes on with one of the same kind that is unfinished.
 *
 * @returns Whether it is whole now; if not, why has been said.
 */
export async function setUp(
  context: vscode.ExtensionContext,
  folder: vscode.Uri,
  interpreter: string,
  build: Build,
  log: vscode.LogOutputChannel,
): Promise<boolean> {
  const { t } = vscode.l10n;
  const indexUrl = vscode.workspace.getConfiguration("mothertongue").get("modelEnvironment.indexUrl", "");
  const begun: Begun = { interpreter, build, indexUrl };
  const goesOn = isDeepStrictEqual(await begunIn(folder), begun);
  const requirements = path.join(context.extensionPath, "bundled", "model-requirements.txt");
  const steps = stepsOf({ ...begun, folder: folder.fsPath, requirements, platform: process.platform, goesOn });
  try {
    if (!goesOn) await rm(folder.fsPath, { recursive: true, force: true });
    const found = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: t("Setting up the model environment"), cancellable: true },
      (progress, token) => take(steps, progress, token, log, () => markBegun(folder, begun)),
    );
    await markWhole(folder, found);
    sayThatItIsReady(foundIn(found));
    return true;
  } catch (error) {
    if (!isWorthKeeping(error)) await rm(folder.fsPath, { recursive: true, force: true });
    if (!(error instanceof vscode.CancellationError)) sayThatItFailed(error, build);
    return false;
  }
}

/** Takes the steps; gives the last line of the last one. */
async function take(
  steps: readonly Step[],
  progress: vscode.Progress<{ message: string; increment?: number }>,
  token: vscode.CancellationToken,
  log: vscode.LogOutputChannel,
  isMade: () => Promise<void>,
): Promise<string> {
  let last = "";
  for (const [done, step] of steps.entries()) {
    const title = titleOf(step);
    progress.report({ message: title, increment: done === 0 ? 0 : 100 / steps.length });
    last = await run(step, log, token, (said) => progress.report({ message: `${title} · ${said}` }));
    if (step.what === "environment") await isMade();
  }
  return last;
}

/** Downloads and what was installed of them; not what the person has cancelled, nor what does not work once it is there. */
function isWorthKeeping(error: unknown): boolean {
  return error instanceof StepFailedError && (error.step.what === "torch" || error.step.what === "rest");
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

/** Runs a step, its output going to the log, what pip is at to the progress; Cancel ends it. Gives the last line. */
function run(step: Step, log: vscode.LogOutputChannel, token: vscode.CancellationToken, hear: (said: string) => void): Promise<string> {
  const { command, args } = step;
  log.info(`$ ${[command, ...args].join(" ")}`);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], windowsHide: true, detached: process.platform !== "win32" });
    const lines: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        for (const line of text.split(/\r?\n/).filter(Boolean)) {
          log.info(line);
          lines.push(line);
          const said = progressIn(line);
          if (said !== undefined) hear(said);
        }
      });
    }
    const cancelling = token.onCancellationRequested(() => endWithChildren(child));
    child.on("error", reject);
    child.on("close", (code) => {
      cancelling.dispose();
      if (token.isCancellationRequested) reject(new vscode.CancellationError());
      else if (code === 0) resolve(lines.at(-1) ?? "");
      else reject(new StepFailedError(step, [...lines, vscode.l10n.t("{0} ended with {1}", command, String(code))]));
    });
  });
}

/** pip and venv start processes of their own, which must not go on writing. */
function endWithChildren({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  if (process.platform === "win32") spawn("taskkill", ["/pid", String(pid), "/T", "/F"], { windowsHide: true });
  else process.kill(-pid);
}

/** With a button, since a message without one is cut to a line. */
function sayThatItIsReady(found: Found): void {
  const doctor = vscode.l10n.t("Doctor");
  void vscode.window.showInformationMessage(readyText(found), doctor).then((chosen) => {
    if (chosen === doctor) void vscode.commands.executeCommand("mothertongue.doctor");
  });
}

/** Which torch it is: what was wished for may not be what the index has. */
function readyText({ torch, llama, gpu }: Found): string {
  const { t } = vscode.l10n;
  if (gpu !== "")
    return t("The model environment is ready: torch {0} for graphics cards (CUDA or ROCm {1}), llama.cpp {2}.", torch, gpu, llama);
  if (process.platform === "darwin") return t("The model environment is ready: torch {0}, llama.cpp {1}.", torch, llama);
  return t("The model environment is ready: torch {0} for the processor alone, llama.cpp {1}.", torch, llama);
}

function sayThatItFailed(error: unknown, build: Build): void {
  const { t } = vscode.l10n;
  const again = t("Try Again");
  const showLog = t("Show Log");
  const reason = error instanceof Error ? error.message : String(error);
  const text =
    error instanceof StepFailedError && reasonIn(error.lines).isCompilerMissing
      ? t("llama.cpp is compiled on this machine, and no C++ compiler was found. Install one, then try again: what is installed stays.")
      : t("The model environment could not be set up: {0}", reason);
  void vscode.window.showErrorMessage(text, again, showLog).then((chosen) => {
    if (chosen === again) void vscode.commands.executeCommand("mothertongue.setUpModelEnvironment", build);
    if (chosen === showLog) void vscode.commands.executeCommand("mothertongue.showLog");
  });
}
