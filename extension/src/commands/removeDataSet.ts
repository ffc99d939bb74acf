// "Remove Data Set…": the store of a folder, and on request its exports; asked for first.
import * as vscode from "vscode";
import { folderFor } from "../folders";
import { CleanRequest } from "../protocol";
import type { ServerConnection } from "../server";
import { ask } from "../work";

export function registerRemoveDataSet(server: ServerConnection): vscode.Disposable {
  return vscode.commands.registerCommand("mothertongue.removeDataSet", async () => {
    const folder = await folderFor();
    if (folder === undefined) return;
    const { t } = vscode.l10n;
    const remove = t("Remove");
    const withExports = t("Remove with Exports");
    const chosen = await vscode.window.showWarningMessage(
      t("Remove the data set of this project?"),
      { modal: true, detail: t("Examples that you added go with it. The project itself is not touched.") },
      remove,
      withExports,
    );
    if (chosen !== undefined) await ask(server, CleanRequest, { folder, includeExports: chosen === withExports });
  });
}
