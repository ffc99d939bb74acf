// "Export" and "Open Exported File".
import * as vscode from "vscode";
import type { DataSets } from "../dataSets";
import { folderFor } from "../folders";
import { ExportRequest, ReportRequest, type ExportResult } from "../protocol";
import type { ServerConnection } from "../server";
import { ask, withWork } from "../work";

export function registerExport(server: ServerConnection, dataSets: DataSets): vscode.Disposable[] {
  return [
    vscode.commands.registerCommand("mothertongue.export", async () => {
      const folder = await folderFor();
      if (folder === undefined) return;
      const result = await withWork(server, vscode.l10n.t("Exporting the data set"), (work) => work.request(ExportRequest, { folder }));
      await dataSets.refresh();
      if (result !== undefined) await sayWhatWasExported(result);
    }),
    vscode.commands.registerCommand("mothertongue.openExport", async () => {
      const folder = await folderFor();
      const report = folder === undefined ? undefined : await ask(server, ReportRequest, { folder });
      if (report?.exportUri != null) await vscode.window.showTextDocument(vscode.Uri.parse(report.exportUri));
      else if (report !== undefined) await sayThatNothingIsExported();
    }),
  ];
}

/** Says how many rows were written and, where there are fewer than wanted, why and what helps. */
export async function sayWhatWasExported(result: ExportResult): Promise<void> {
  const { t } = vscode.l10n;
  const open = t("Open File");
  const report = t("Show Report");
  const train = t("Train Model");
  const counts = t(
    "{0} training and {1} validation rows in {2}.",
    result.trainRows.toLocaleString(),
    result.validationRows.toLocaleString(),
    vscode.workspace.asRelativePath(vscode.Uri.parse(result.uri)),
  );
  // A notification has no way to show code.
  const text = [counts, ...result.shortages].join(" ").replaceAll("`", "");
  const chosen = await vscode.window.showInformationMessage(text, train, report, open);
  if (chosen === train) await vscode.commands.executeCommand("mothertongue.trainModel", vscode.Uri.parse(result.uri));
  if (chosen === open) await vscode.window.showTextDocument(vscode.Uri.parse(result.uri));
  if (chosen === report) await vscode.commands.executeCommand("mothertongue.showReport");
}

/** Offers an export where something needs one. */
export async function sayThatNothingIsExported(): Promise<void> {
  const exportNow = vscode.l10n.t("Export");
  const chosen = await vscode.window.showInformationMessage(vscode.l10n.t("Nothing is exported from this project yet."), exportNow);
  if (chosen === exportNow) await vscode.commands.executeCommand("mothertongue.export");
}
