// Where the model environment is, and how far it has come. Only a whole one is used.
import * as vscode from "vscode";
import { pythonOf, type Begun } from "./steps";

const WHOLE = "set-up.json";
const BEGUN = "begun.json";

export function environmentFolder(context: vscode.ExtensionContext): vscode.Uri {
  return vscode.Uri.joinPath(context.globalStorageUri, "model-environment");
}

/** Python of the environment; undefined while it is not whole. */
export async function modelPython(context: vscode.ExtensionContext): Promise<string | undefined> {
  const folder = environmentFolder(context);
  return (await isWhole(folder)) ? pythonOf(folder.fsPath, process.platform) : undefined;
}

export async function isWhole(folder: vscode.Uri): Promise<boolean> {
  return (await read(folder, WHOLE)) !== undefined;
}

export async function markWhole(folder: vscode.Uri, found: string): Promise<void> {
  await write(folder, WHOLE, { found });
}

/** Of what kind the environment is that an earlier attempt has left unfinished. */
export async function begunIn(folder: vscode.Uri): Promise<Begun | undefined> {
  return (await isWhole(folder)) ? undefined : ((await read(folder, BEGUN)) as Begun | undefined);
}

export async function markBegun(folder: vscode.Uri, begun: Begun): Promise<void> {
  await write(folder, BEGUN, begun);
}

async function read(folder: vscode.Uri, name: string): Promise<unknown> {
  try {
    return JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, name))));
  } catch {
    return undefined; // not there, or half written
  }
}

async function write(folder: vscode.Uri, name: string, value: unknown): Promise<void> {
  await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, name), new TextEncoder().encode(JSON.stringify(value)));
}
