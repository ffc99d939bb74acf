// "Doctor": what is there, what is missing, and what to do, as a page to read.
import * as vscode from "vscode";
import { doctorPage } from "../doctorPage";
import { folderFor } from "../folders";
import { DoctorRequest } from "../protocol";
import type { ServerConnection } from "../server";
import { withWork } from "../work";

export function registerDoctor(server: ServerConnection): vscode.Disposable {
  return vscode.commands.registerCommand("mothertongue.doctor", async () => {
    const folder = await folderFor();
    if (folder === undefined) return;
    const result = await withWork(server, vscode.l10n.t("Looking at the surroundings"), (work) => work.request(DoctorRequest, { folder }));
    if (result === undefined) return;
    const document = await vscode.workspace.openTextDocument({ language: "markdown", content: doctorPage(result.findings, vscode.l10n.t) });
    await vscode.commands.executeCommand("markdown.showPreview", document.uri);
  });
}
