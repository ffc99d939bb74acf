// "Open Evaluation": the page that an evaluation wrote, in a panel. It is read-only and may load and run nothing.
import * as vscode from "vscode";
import type { ModelNode } from "../views/models";

const POLICY = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`;

export function registerEvaluation(): vscode.Disposable[] {
  let panel: vscode.WebviewPanel | undefined;
  const open = async ({ model }: ModelNode): Promise<void> => {
    const uri = model.evaluation?.uri ?? null;
    if (uri === null) return;
    const html = new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.parse(uri)));
    panel ??= make();
    panel.title = vscode.l10n.t("Evaluation of {0}", model.title);
    panel.webview.html = evaluationPage(html);
    panel.reveal();
  };
  const make = (): vscode.WebviewPanel => {
    const made = vscode.window.createWebviewPanel("mothertongue.evaluation", "", vscode.ViewColumn.Active, {
      enableFindWidget: true,
      localResourceRoots: [],
    });
    made.onDidDispose(() => {
      panel = undefined;
    });
    return made;
  };
  return [
    vscode.commands.registerCommand("mothertongue.openEvaluation", open),
    new vscode.Disposable(() => {
      panel?.dispose();
    }),
  ];
}

/** The page with a policy of its own; scripts are off in the panel besides. */
function evaluationPage(html: string): string {
  return html.replace("<head>", `<head>${POLICY}`);
}
