// "Verify": checks the newest export without trusting the build; what failed goes to the log in full.
import * as vscode from "vscode";
import { folderFor } from "../folders";
import { VerifyRequest, type VerifyResult } from "../protocol";
import type { ServerConnection } from "../server";
import { withWork } from "../work";

export function registerVerify(server: ServerConnection): vscode.Disposable {
  return vscode.commands.registerCommand("mothertongue.verify", async () => {
    const folder = await folderFor();
    if (folder === undefined) return;
    const result = await withWork(server, vscode.l10n.t("Verifying the export"), (work) => work.request(VerifyRequest, { folder }));
    if (result !== undefined) await sayWhatWasFound(result);
  });
}

async function sayWhatWasFound(result: VerifyResult): Promise<void> {
  const { t } = vscode.l10n;
  const report = t("Show Report");
  const { say, text } = verdictOf(result);
  const chosen = await say(text, ...(result.reportUri === null ? [] : [report]));
  if (chosen === report) await vscode.commands.executeCommand("mothertongue.showReport");
}

function verdictOf(result: VerifyResult): { say: typeof vscode.window.showInformationMessage; text: string } {
  const { t } = vscode.l10n;
  const rows = result.rows.toLocaleString();
  const names = (passed: boolean | null): string =>
    result.checks
      .filter((check) => check.passed === passed)
      .map(({ name }) => name)
      .join("; ");
  if (result.verdict === "failed") {
    return { say: vscode.window.showErrorMessage, text: t("{0} rows were checked. Not true: {1}.", rows, names(false)) };
  }
  if (result.verdict === "incomplete") {
    return {
      say: vscode.window.showWarningMessage,
      text: t("{0} rows were checked, nothing was found. Not checked: {1}.", rows, names(null)),
    };
  }
  return { say: vscode.window.showInformationMessage, text: t("{0} rows passed all {1} checks.", rows, result.checks.length) };
}
