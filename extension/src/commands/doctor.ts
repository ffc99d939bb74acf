// "Doctor": what is there, what is missing, and what to do, as a page to read.
import * as vscode from "vscode";
import { doctorPage } from "../doctorPage";
import { folderFor } from "../folders";
import type { Pages } from "../pages";
import { DoctorRequest } from "../protocol";
import type { ServerConnection } from "../server";
import { withWork } from "../work";

export function registerDoctor(server: ServerConnection, pages: Pages): vscode.Disposable {
  return vscode.commands.registerCommand("mothertongue.doctor", async () => {
    const folder = await folderFor();
    if (folder === undefined) return;
    const result = await withWork(server, vscode.l10n.t("Checking what is installed"), (work) => work.request(DoctorRequest, { folder }));
    if (result === undefined) return;
    await vscode.commands.executeCommand("markdown.showPreview", pages.write("Doctor.md", doctorPage(result.findings, vscode.l10n.t)));
  });
}
