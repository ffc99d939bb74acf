// Wiring only: makes the parts, hands them to each other, and starts the language server. What each feature does stands in its own file.
import * as vscode from "vscode";
import { watchBattery } from "./battery";
import { registerAddExamples } from "./commands/addExamples";
import { registerBuild } from "./commands/build";
import { registerDoctor } from "./commands/doctor";
import { registerExplainFile } from "./commands/explainFile";
import { registerExport } from "./commands/export";
import { registerGetStarted } from "./commands/getStarted";
import { registerPause } from "./commands/pause";
import { registerRemoveDataSet } from "./commands/removeDataSet";
import { registerVerify } from "./commands/verify";
import { DataSets } from "./dataSets";
import { registerGeneration } from "./generation/register";
import { registerDiagramOfThis } from "./diagrams/draw";
import { Pages } from "./pages";
import { registerModelEnvironment } from "./modelEnvironment/register";
import { Preview, registerPreview } from "./preview/panel";
import { registerSelectPython } from "./python/select";
import { registerReport } from "./report/panel";
import { ServerConnection } from "./server";
import { registerServerCommands } from "./commands/server";
import { registerStatusBar } from "./statusBar";
import { registerLanguageModelTool } from "./languageModelTool";
import { Models } from "./models/models";
import { registerModels } from "./models/register";
import { RunFolders } from "./runFolders";
import { registerTraining } from "./training/register";
import { TrainingRuns } from "./training/runs";
import { registerDataSetView } from "./views/dataSet";
import { registerOpenExample } from "./views/example";
import { registerModelsView } from "./views/models";
import { registerRunsView } from "./views/runs";

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("Mothertongue", { log: true });
  const server = new ServerConnection(context, log);
  const dataSets = new DataSets(server);
  const runFolders = new RunFolders();
  const runs = new TrainingRuns(server, runFolders, log);
  const models = new Models(server, runFolders, log);
  const pages = new Pages();
  const preview = new Preview(context);
  context.subscriptions.push(
    log,
    pages,
    server,
    dataSets,
    runFolders,
    runs,
    models,
    preview,
    ...registerServerCommands(server, log),
    registerSelectPython(context, server, log),
    registerBuild(server, dataSets),
    ...registerExport(server, dataSets),
    registerVerify(server),
    ...registerReport(context, server),
    ...registerAddExamples(server),
    registerExplainFile(server),
    ...registerGeneration(context, server, preview),
    ...registerDiagramOfThis(server),
    registerPreview(preview),
    ...registerPause(server),
    registerRemoveDataSet(server),
    registerDoctor(server, pages),
    ...registerGetStarted(context),
    registerOpenExample(server, pages),
    ...registerDataSetView(server, dataSets),
    runFolders.onDidChange(() => void dataSets.refresh()),
    // Whether or not a view shows runs: there is a model more to choose from.
    runs.onDidEnd(() => void runFolders.look()),
    ...registerModelEnvironment(context, server, log),
    ...registerTraining(context, server, runs, models),
    ...registerRunsView(runFolders, runs),
    ...registerModelsView(context, models, runFolders),
    ...registerModels(server, models),
    ...registerLanguageModelTool(server),
    ...registerStatusBar(server, dataSets),
    watchBattery(server),
    vscode.workspace.onDidGrantWorkspaceTrust(() => server.restart()),
  );
  await server.start();
}
