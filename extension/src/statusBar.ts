// The status bar item: counts and state; a click opens the view that shows more and says what to do.
import * as vscode from "vscode";
import type { DataSets } from "./dataSets";
import type { ServerConnection } from "./server";
import { statusText } from "./statusText";

export function registerStatusBar(server: ServerConnection, dataSets: DataSets): vscode.Disposable[] {
  const item = vscode.window.createStatusBarItem("mothertongue.status", vscode.StatusBarAlignment.Right, 90);
  item.name = "Mothertongue";
  item.command = "mothertongue.dataset.focus";
  const draw = (): void => {
    const { text, tooltip, label, kind } = statusText(server.state, dataSets.all, dataSets.pauseReasons, vscode.l10n.t);
    item.text = text;
    item.tooltip = new vscode.MarkdownString(tooltip, true);
    item.accessibilityInformation = { label };
    item.backgroundColor = kind === "normal" ? undefined : new vscode.ThemeColor(`statusBarItem.${kind}Background`);
    if ((vscode.workspace.workspaceFolders ?? []).length > 0) item.show();
    else item.hide();
  };
  draw();
  return [item, server.onDidChangeState(draw), dataSets.onDidChange(draw), vscode.workspace.onDidChangeWorkspaceFolders(draw)];
}
