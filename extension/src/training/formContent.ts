// The form of "Train Model" in its panel: checks what is chosen, has it estimated, and starts the training.
import * as vscode from "vscode";
import { EstimateTrainingRequest, ExportRequest, TrainingChoicesRequest, TrainRequest, type TrainingChoicesResult } from "../protocol";
import type { ServerConnection } from "../server";
import { ask, isCancelled, withWork } from "../work";
import { defaults, estimateWords, formEndHtml, formHeadHtml, formHtml, paramsOf, problemOf } from "./form";
import type { FormValues, FromPage, PageState } from "./messages";
import type { Content, Show } from "./panel";

// So that typing does not ask for each key.
const SETTLING_MS = 300;

export class FormContent implements Content {
  readonly title = vscode.l10n.t("Train Model");
  readonly state: PageState;
  private values: FormValues;
  private show: Show = () => undefined;
  private estimate = "";
  private refused = "";
  private starting = false;
  private exporting = false;
  private waiting: NodeJS.Timeout | undefined;
  private asked: vscode.CancellationTokenSource | undefined;

  /**
   * @param started Is told the name of the run.
   */
  constructor(
    private readonly server: ServerConnection,
    private readonly folder: string,
    private choices: TrainingChoicesResult,
    private readonly started: (run: string) => void,
  ) {
    this.state = { folder };
    this.values = defaults(choices);
  }

  begin(show: Show): void {
    this.show = show;
    const name = vscode.workspace.getWorkspaceFolder(vscode.Uri.parse(this.folder))?.name ?? this.folder;
    show({ head: formHeadHtml(name, vscode.l10n.t) });
    this.drawFields();
    this.check();
  }

  heard(message: FromPage): void {
    if (message.type === "changed") this.take(message.form);
    if (message.type === "browse") void this.browse(message.what, message.form);
    if (message.type === "export") void this.exportAgain(message.form);
    if (message.type === "start") void this.start(message.form);
  }

  dispose(): void {
    clearTimeout(this.waiting);
    this.asked?.cancel();
    this.show = () => undefined;
  }

  private take(values: FormValues): void {
    const isOtherExport = values.export !== this.values.export;
    this.values = values;
    if (isOtherExport) this.drawFields();
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.check(), SETTLING_MS);
  }

  /** What the form itself knows to be wrong is said at once; the rest the server says, with the time it will take. */
  private check(): void {
    this.asked?.cancel();
    this.refused = problemOf(this.values, this.choices, vscode.l10n.t);
    this.estimate = vscode.l10n.t("Estimating how long it takes…");
    this.drawEnd();
    if (this.refused === "") void this.askForEstimate();
  }

  private async askForEstimate(): Promise<void> {
    const asked = new vscode.CancellationTokenSource();
    this.asked = asked;
    try {
      const found = await this.server.request(EstimateTrainingRequest, paramsOf(this.values, this.folder), asked.token);
      if (asked.token.isCancellationRequested) return;
      this.estimate = estimateWords(found, vscode.l10n.t);
    } catch (error) {
      if (isCancelled(error) || asked.token.isCancellationRequested) return;
      this.refused = error instanceof Error ? error.message : String(error);
    }
    this.drawEnd();
  }

  private async browse(what: "file" | "folder", values: FormValues): Promise<void> {
    const { t } = vscode.l10n;
    this.values = values;
    const chosen = await vscode.window.showOpenDialog({
      title: t("Base model"),
      canSelectMany: false,
      canSelectFiles: what === "file",
      canSelectFolders: what === "folder",
      ...(what === "file" ? { filters: { [t("GGUF files")]: ["gguf"] } } : {}),
    });
    const path = chosen?.[0]?.fsPath;
    if (path === undefined) return;
    const isKnown = this.choices.bases.some((base) => base.path === path);
    const title = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
    if (!isKnown) this.choices = { ...this.choices, bases: [...this.choices.bases, { path, title }] };
    this.values = { ...this.values, base: path };
    this.drawFields();
    this.check();
  }

  private async exportAgain(values: FormValues): Promise<void> {
    this.values = values;
    if (this.exporting) return;
    this.exporting = true;
    const title = vscode.l10n.t("Exporting the data set");
    const exported = await withWork(this.server, title, (work) => work.request(ExportRequest, { folder: this.folder }));
    const found = exported === undefined ? undefined : await ask(this.server, TrainingChoicesRequest, { folder: this.folder });
    this.exporting = false;
    if (found === undefined) return;
    this.choices = { ...this.choices, exports: found.exports };
    this.values = { ...this.values, export: found.exports[0]?.uri ?? "" };
    this.drawFields();
    this.check();
  }

  private async start(values: FormValues): Promise<void> {
    this.values = values;
    clearTimeout(this.waiting);
    this.refused = problemOf(values, this.choices, vscode.l10n.t);
    if (this.refused !== "" || this.starting) {
      this.drawEnd();
      return;
    }
    this.starting = true;
    this.estimate = vscode.l10n.t("Starting…");
    this.drawEnd();
    const started = await ask(this.server, TrainRequest, paramsOf(values, this.folder));
    this.starting = false;
    if (started === undefined) this.check();
    else this.started(started.run);
  }

  private drawFields(): void {
    this.show({ fields: formHtml(this.choices, this.values, vscode.l10n.t) });
  }

  private drawEnd(): void {
    this.show(formEndHtml(this.refused, this.estimate, vscode.l10n.t), this.refused === "" && !this.starting);
  }
}
