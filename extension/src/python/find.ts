// Finds the Python that runs the language server: setting, Python extension, PATH; the first that passes the check.
import * as vscode from "vscode";
import { candidates, type Sources } from "./candidates";
import { check, withoutOtherNames, type Checked } from "./check";

/**
 * The first interpreter that can run the server; what was tried, and why it was not taken, goes to the log.
 *
 * @returns undefined where there is none.
 */
export async function findPython(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): Promise<Checked | undefined> {
  for (const candidate of candidates(await currentSources())) {
    const checked = await check(candidate, context.extensionPath, vscode.l10n.t);
    const tried = [candidate.command, ...candidate.args].join(" ");
    if (checked.problem === "") {
      log.info(`Python ${checked.version} at ${checked.executable} (${candidate.from}: ${tried})`);
      return checked;
    }
    log.warn(`${tried} (${candidate.from}) cannot be used: ${checked.problem}`);
  }
  return undefined;
}

/** All interpreters that answer, whether one is set or not, with what the check says of them. */
export async function allPythons(context: vscode.ExtensionContext): Promise<Checked[]> {
  const { setting, ...others } = await currentSources();
  const all = [...(setting === "" ? [] : candidates({ ...others, setting })), ...candidates({ ...others, setting: "" })];
  const found = await Promise.all(all.map((candidate) => check(candidate, context.extensionPath, vscode.l10n.t)));
  return withoutOtherNames(found.filter(({ version }) => version !== ""));
}

async function currentSources(): Promise<Sources> {
  return {
    setting: vscode.workspace.getConfiguration("mothertongue").get("python", "").trim(),
    pythonExtension: vscode.workspace.isTrusted ? await chosenInPythonExtension() : undefined,
    platform: process.platform,
  };
}

/** The part of the Python extension's API that is used: https://github.com/microsoft/vscode-python/tree/main/pythonExtensionApi */
interface PythonExtension {
  environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
    resolveEnvironment(path: { path: string }): Promise<{ executable: { uri?: vscode.Uri } } | undefined>;
  };
}

async function chosenInPythonExtension(): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtension>("ms-python.python");
  if (extension === undefined) return undefined;
  const { environments } = await extension.activate();
  const chosen = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(vscode.workspace.workspaceFolders?.[0]?.uri));
  return chosen?.executable.uri?.fsPath;
}
