// "Show Report": the report of the newest export in a panel; renewed when another one was exported or checked.
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { sayThatNothingIsExported } from "../commands/export";
import { folderFor } from "../folders";
import { ReportRequest } from "../protocol";
import type { ServerConnection } from "../server";
import { ask } from "../work";
import { reportPage } from "./page";

export function registerReport(context: vscode.ExtensionContext, server: ServerConnection): vscode.Disposable[] {
  const panel = new ReportPanel(context);
  return [
    panel,
    vscode.commands.registerCommand("mothertongue.showReport", async () => {
      const folder = await folderFor();
      const report = folder === undefined ? undefined : await ask(server, ReportRequest, { folder });
      if (report === undefined) return;
      if (report.uri === null) await sayThatNothingIsExported();
      else await panel.show(vscode.Uri.parse(report.uri));
    }),
  ];
}

class ReportPanel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private watcher: vscode.Disposable | undefined;

  constructor(private readonly context: vscode.ExtensionContext) {}

  async show(report: vscode.Uri): Promise<void> {
    this.panel ??= this.make();
    this.panel.reveal();
    this.watch(report);
    await this.draw(report);
  }

  dispose(): void {
    this.watcher?.dispose();
    this.panel?.dispose();
  }

  private make(): vscode.WebviewPanel {
    const panel = vscode.window.createWebviewPanel("mothertongue.report", vscode.l10n.t("Data Set Report"), vscode.ViewColumn.Active, {
      enableScripts: true,
      enableFindWidget: true,
      localResourceRoots: [],
    });
    panel.iconPath = vscode.Uri.joinPath(this.context.extensionUri, "media", "report.svg");
    panel.onDidDispose(() => {
      this.panel = undefined;
      this.watcher?.dispose();
    });
    return panel;
  }

  private watch(report: vscode.Uri): void {
    this.watcher?.dispose();
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(vscode.Uri.joinPath(report, ".."), report.path.slice(report.path.lastIndexOf("/") + 1)),
    );
    const again = (): void => void this.draw(report);
    watcher.onDidChange(again);
    watcher.onDidCreate(again);
    this.watcher = watcher;
  }

  private async draw(report: vscode.Uri): Promise<void> {
    const html = new TextDecoder().decode(await vscode.workspace.fs.readFile(report));
    if (this.panel !== undefined) this.panel.webview.html = reportPage(html, randomBytes(16).toString("base64"));
  }
}
