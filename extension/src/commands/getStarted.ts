// "Get Started": opens the walkthrough.
import * as vscode from "vscode";

export function registerGetStarted(context: vscode.ExtensionContext): vscode.Disposable {
  return vscode.commands.registerCommand("mothertongue.getStarted", () =>
    vscode.commands.executeCommand("workbench.action.openWalkthrough", `${context.extension.id}#getStarted`, false),
  );
}
