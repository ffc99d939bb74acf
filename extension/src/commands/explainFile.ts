// "Why Is This File in the Data Set, or Not?"
import * as vscode from "vscode";
import { ExplainRequest } from "../protocol";
import type { ServerConnection } from "../server";
import { ask } from "../work";

export function registerExplainFile(server: ServerConnection): vscode.Disposable {
  return vscode.commands.registerCommand("mothertongue.explainFile", async (clicked?: vscode.Uri) => {
    const uri = clicked ?? vscode.window.activeTextEditor?.document.uri;
    if (uri?.scheme !== "file") {
      void vscode.window.showInformationMessage(vscode.l10n.t("Open a file, or right-click one in the explorer."));
      return;
    }
    const answer = await ask(server, ExplainRequest, { uri: uri.toString() });
    if (answer !== undefined) void vscode.window.showInformationMessage(answer.sentence);
  });
}
