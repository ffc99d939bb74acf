// A run in the panel: asked for again while it goes on, with the buttons that do something about it.
import * as vscode from "vscode";
import type { Models } from "../models/models";
import { ResumeTrainingRequest, RunRequest, StopTrainingRequest, type RunResult } from "../protocol";
import { NotRunningError, type ServerConnection } from "../server";
import { ask } from "../work";
import { evaluate, type Evaluations } from "./evaluations";
import { html } from "./html";
import type { Action, FromPage, PageState } from "./messages";
import type { Content, Show } from "./panel";
import { runSections } from "./runPage";
import type { TrainingRuns } from "./runs";

export class RunContent implements Content {
  readonly title = vscode.l10n.t("Training");
  readonly state: PageState;
  private show: Show = () => undefined;
  private run: RunResult | undefined;
  private readonly listening: vscode.Disposable;

  constructor(
    private readonly server: ServerConnection,
    private readonly runs: TrainingRuns,
    private readonly models: Models,
    private readonly evaluations: Evaluations,
    private readonly folder: string,
    private readonly name: string,
  ) {
    this.state = { folder, run: name };
    const draw = (): void => void this.draw();
    this.listening = vscode.Disposable.from(
      runs.onDidChange(draw),
      models.onDidChange(draw),
      evaluations.onDidChange(draw),
      server.onDidChangeState(draw),
    );
  }

  begin(show: Show): void {
    this.show = show;
    void this.draw();
  }

  heard(message: FromPage): void {
    if (message.type === "do") void this.act(message.action);
  }

  dispose(): void {
    this.listening.dispose();
    this.show = () => undefined;
  }

  private async draw(): Promise<void> {
    try {
      this.run = await this.server.request(RunRequest, this.params);
    } catch (error) {
      const { t } = vscode.l10n;
      const waits = error instanceof NotRunningError;
      const said = waits ? t("Waiting for the language server…") : error instanceof Error ? error.message : String(error);
      this.show({ state: html`<p class="state">${said}</p>` });
      return;
    }
    const inUse = this.models.of(this.folder)?.models.find((model) => model.inUse)?.name === this.run.model;
    const around = { inUse: inUse && this.run.model !== null, evaluating: this.evaluations.isUnderWay(this.params) };
    this.show(runSections(this.run, around, vscode.l10n.t));
  }

  private async act(action: Action): Promise<void> {
    switch (action) {
      case "stop":
        await ask(this.server, StopTrainingRequest, this.params);
        return this.runs.refresh();
      case "resume":
        await ask(this.server, ResumeTrainingRequest, this.params);
        return this.runs.refresh();
      case "use":
        if (this.run?.model != null) await this.models.choose(this.folder, this.run.model);
        return;
      case "evaluate":
      case "evaluateAgain":
        return evaluate(this.server, this.evaluations, this.params);
      case "openEvaluation":
        await vscode.commands.executeCommand("mothertongue.openEvaluation", {
          model: { title: this.name, evaluation: this.run?.evaluation ?? null },
        });
        return;
      case "again":
        await vscode.commands.executeCommand("mothertongue.trainModel", vscode.Uri.parse(this.folder));
        return;
      case "showLog":
        if (this.run !== undefined) await vscode.commands.executeCommand("vscode.open", vscode.Uri.parse(this.run.logUri));
    }
  }

  private get params(): { folder: string; run: string } {
    return { folder: this.folder, run: this.name };
  }
}
