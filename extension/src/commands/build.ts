// "Build Fine-Tune Dataset": asks for the artifact type, reads the project, and writes the rows to train on.
import * as vscode from "vscode";
import type { DataSets } from "../dataSets";
import { folderFor } from "../folders";
import { ArtifactTypesRequest, BuildRequest, ExportRequest } from "../protocol";
import type { ServerConnection } from "../server";
import { ask, withWork } from "../work";
import { sayWhatWasExported } from "./export";

export function registerBuild(server: ServerConnection, dataSets: DataSets): vscode.Disposable {
  return vscode.commands.registerCommand("mothertongue.build", async () => {
    const folder = await folderFor();
    const artifactType = folder === undefined ? undefined : await pickArtifactType(server, folder);
    if (folder === undefined || artifactType === undefined) return;
    const result = await withWork(server, vscode.l10n.t("Building the data set"), async (work) => {
      await work.request(BuildRequest, { folder, artifactType });
      return work.request(ExportRequest, { folder, artifactType });
    });
    await dataSets.refresh();
    if (result !== undefined) await sayWhatWasExported(result);
  });
}

/** Lets the person choose what the model is to be best at; the choice of the last time comes first. */
async function pickArtifactType(server: ServerConnection, folder: string): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const answer = await ask(server, ArtifactTypesRequest, { folder });
  if (answer === undefined) return undefined;
  const items = answer.artifactTypes.map(({ name, title }) => ({
    label: title,
    name,
    ...(name === answer.chosen ? { description: t("chosen at present") } : {}),
  }));
  items.sort((a, b) => Number(b.name === answer.chosen) - Number(a.name === answer.chosen));
  const picked = await vscode.window.showQuickPick(items, {
    title: t("Build Fine-Tune Dataset"),
    placeHolder: t("What shall the model be best at?"),
  });
  return picked?.name;
}
