// "Train Model" and "Show Training": what must be there first, the panel, the status bar, and what is said when a training has ended.
import * as vscode from "vscode";
import { folderFor } from "../folders";
import type { Models } from "../models/models";
import { TrainingChoicesRequest, type TrainingChoicesResult } from "../protocol";
import type { ServerConnection } from "../server";
import { ask } from "../work";
import { evaluate, Evaluations } from "./evaluations";
import { FormContent } from "./formContent";
import type { PageState } from "./messages";
import { TrainingPanel, type Content } from "./panel";
import { RunContent } from "./runContent";
import type { TrainingRun, TrainingRuns } from "./runs";
import { isUnderWay, lossWords, trainingInStatusBar } from "./text";
import { WaitingContent } from "./waitingContent";

export function registerTraining(
  context: vscode.ExtensionContext,
  server: ServerConnection,
  runs: TrainingRuns,
  models: Models,
): vscode.Disposable[] {
  const evaluations = new Evaluations();
  const runContent = (folder: string, run: string): Content => new RunContent(server, runs, models, evaluations, folder, run);
  const panel = new TrainingPanel(context, ({ folder, run }: PageState) =>
    run === undefined ? new WaitingContent(folder, server, () => void train(vscode.Uri.parse(folder))) : runContent(folder, run),
  );
  const show = (folder: string, run: string): void => {
    if (!panel.reveal({ folder, run })) panel.open(runContent(folder, run));
  };
  const train = async (uri?: vscode.Uri): Promise<void> => {
    const folder = await folderToTrainOn(uri);
    const choices = folder === undefined ? undefined : await ask(server, TrainingChoicesRequest, { folder });
    if (folder === undefined || choices === undefined) return;
    if (choices.running !== "") {
      show(folder, choices.running);
      void vscode.window.showInformationMessage(
        vscode.l10n.t("A training of this project is running. One runs at a time: stop it first, or wait."),
      );
    } else if (await isAllThere(choices)) {
      const started = async (run: string): Promise<void> => {
        await runs.refresh();
        show(folder, run);
      };
      panel.open(new FormContent(server, folder, choices, (run) => void started(run)));
    }
  };
  return [
    evaluations,
    panel,
    vscode.commands.registerCommand("mothertongue.trainModel", (uri?: unknown) => train(uri instanceof vscode.Uri ? uri : undefined)),
    vscode.commands.registerCommand("mothertongue.showTraining", async (run?: TrainingRun) => {
      const shown = run ?? runs.current ?? runs.all[0];
      if (shown === undefined) await sayThatNothingWasTrained();
      else show(shown.folder, shown.summary.name);
    }),
    runs.onDidEnd((run) => {
      if (!panel.shows({ folder: run.folder, run: run.summary.name })) void sayHowItEnded(run, show, server, evaluations);
    }),
    ...showInStatusBar(runs),
  ];
}

/** The folder, where something of it may be run. */
async function folderToTrainOn(uri?: vscode.Uri): Promise<string | undefined> {
  const { t } = vscode.l10n;
  if (vscode.workspace.isTrusted) return folderFor(uri);
  const trust = t("Manage Workspace Trust");
  const chosen = await vscode.window.showWarningMessage(t("Trust this workspace first: nothing is trained in Restricted Mode."), trust);
  if (chosen === trust) await vscode.commands.executeCommand("workbench.trust.manage");
  return undefined;
}

/** Whether there are rows and libraries; offers what is missing. */
async function isAllThere({ exports, missing }: TrainingChoicesResult): Promise<boolean> {
  const { t } = vscode.l10n;
  if (exports.length === 0) {
    await offer(t("There is nothing to train on yet: build the data set first."), t("Build Fine-Tune Dataset"), "mothertongue.build");
    return false;
  }
  if (missing.length > 0) {
    await offer(
      t("Training needs {0}, in an environment of the extension's own.", missing.join(", ")),
      t("Set Up Model Environment"),
      "mothertongue.setUpModelEnvironment",
    );
    return false;
  }
  return true;
}

async function offer(text: string, action: string, command: string): Promise<void> {
  if ((await vscode.window.showInformationMessage(text, action)) === action) await vscode.commands.executeCommand(command);
}

async function sayThatNothingWasTrained(): Promise<void> {
  const { t } = vscode.l10n;
  await offer(t("No model was trained on this project yet."), t("Train Model"), "mothertongue.trainModel");
}

async function sayHowItEnded(
  { folder, summary }: TrainingRun,
  show: (folder: string, run: string) => void,
  server: ServerConnection,
  evaluations: Evaluations,
): Promise<void> {
  const { t } = vscode.l10n;
  const open = t("Show Training");
  const measure = t("Evaluate");
  const losses = lossWords(summary, t);
  const chosen =
    summary.status === "finished"
      ? await vscode.window.showInformationMessage(t("The training has finished: {0}.", losses), open, measure)
      : summary.status === "cancelled"
        ? await vscode.window.showInformationMessage(t("The training was stopped; its best adapter is kept."), open)
        : await vscode.window.showErrorMessage(
            summary.message || t("The training was interrupted. It can go on from its last checkpoint."),
            open,
          );
  if (chosen !== undefined) show(folder, summary.name);
  if (chosen === measure) await evaluate(server, evaluations, { folder, run: summary.name });
}

function showInStatusBar(runs: TrainingRuns): vscode.Disposable[] {
  const { t } = vscode.l10n;
  const item = vscode.window.createStatusBarItem("mothertongue.training", vscode.StatusBarAlignment.Right, 88);
  item.name = t("Mothertongue: training");
  item.tooltip = t("A model is being trained on this project. Click to see how it goes.");
  const draw = (): void => {
    const current = runs.current;
    void vscode.commands.executeCommand(
      "setContext",
      "mothertongue.trained",
      runs.all.some(({ summary }) => !isUnderWay(summary)),
    );
    if (current === undefined) {
      item.hide();
      return;
    }
    const { text, label } = trainingInStatusBar(current.summary, t);
    item.text = text;
    item.accessibilityInformation = { label };
    item.command = { command: "mothertongue.showTraining", title: t("Show Training"), arguments: [current] };
    item.show();
  };
  return [item, runs.onDidChange(draw)];
}
