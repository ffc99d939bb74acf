// Which workspace folder a command is about.
import * as vscode from "vscode";

/**
 * The folder of a file, the only folder, the one of the active editor, or the one that the person picks.
 *
 * @returns Its URI as the server knows it; undefined where there is none, which has been said then, or none was picked.
 */
export async function folderFor(uri?: vscode.Uri): Promise<string | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0) {
    void sayThatThereIsNoFolder();
    return undefined;
  }
  const known = uri === undefined ? undefined : vscode.workspace.getWorkspaceFolder(uri);
  const folder = known ?? (folders.length === 1 ? folders[0] : await vscode.window.showWorkspaceFolderPick());
  return folder?.uri.toString();
}

async function sayThatThereIsNoFolder(): Promise<void> {
  const open = vscode.l10n.t("Open Folder");
  const chosen = await vscode.window.showInformationMessage(vscode.l10n.t("Open the project that the model is to learn from first."), open);
  if (chosen === open) await vscode.commands.executeCommand("vscode.openFolder");
}
