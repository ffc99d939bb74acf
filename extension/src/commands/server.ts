// "Restart Server" and "Show Log"; settings that choose the interpreter restart it by themselves.
import * as vscode from "vscode";
import type { ServerConnection } from "../server";

export function registerServerCommands(server: ServerConnection, log: vscode.LogOutputChannel): vscode.Disposable[] {
  return [
    vscode.commands.registerCommand("mothertongue.restartServer", () => server.restart()),
    vscode.commands.registerCommand("mothertongue.showLog", () => log.show()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("mothertongue.python")) void server.restart();
    }),
  ];
}
