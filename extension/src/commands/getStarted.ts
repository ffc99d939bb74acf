// "Get Started": opens the walkthrough; and has its steps ticked off that are done already.
import * as vscode from "vscode";

// A walkthrough that has come into view knows its steps soon after.
const SETTLING_MS = 1_000;

export function registerGetStarted(context: vscode.ExtensionContext): vscode.Disposable[] {
  return [
    vscode.commands.registerCommand("mothertongue.getStarted", () =>
      vscode.commands.executeCommand("workbench.action.openWalkthrough", `${context.extension.id}#getStarted`, false),
    ),
    ...watchWalkthroughs(),
  ];
}

/**
 * VS Code ticks a step off when its condition becomes true, but not where it was true before VS Code knew the step. So each condition has a part
 * that becomes true when a walkthrough is in view.
 */
function watchWalkthroughs(): vscode.Disposable[] {
  const { tabGroups } = vscode.window;
  let waiting: NodeJS.Timeout | undefined;
  const look = (): void => {
    clearTimeout(waiting);
    // Walkthroughs are of those tabs that extensions are told nothing of.
    const isInView = tabGroups.all.some(({ activeTab }) => activeTab !== undefined && activeTab.input === undefined);
    const tell = (): void => void vscode.commands.executeCommand("setContext", "mothertongue.walkthroughInView", isInView);
    if (isInView) waiting = setTimeout(tell, SETTLING_MS);
    else tell();
  };
  look();
  return [tabGroups.onDidChangeTabs(look), tabGroups.onDidChangeTabGroups(look), new vscode.Disposable(() => clearTimeout(waiting))];
}
