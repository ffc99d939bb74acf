// "Add Examples" for files and folders, and "Add Selection as Example": what the person wants to be learnt, whatever the mix.
import * as vscode from "vscode";
import { linesOf } from "../lines";
import { AddExamplesRequest, type AddExamplesParams, type AddExamplesResult } from "../protocol";
import { saveOpen } from "../saveOpen";
import type { ServerConnection } from "../server";
import { withWork } from "../work";

export function registerAddExamples(server: ServerConnection): vscode.Disposable[] {
  return [
    vscode.commands.registerCommand("mothertongue.addExamples", async (clicked?: vscode.Uri, selected?: readonly unknown[]) => {
      const uris = chosenUris(clicked, selected);
      if (uris.length === 0) {
        void vscode.window.showInformationMessage(vscode.l10n.t("Open a file, or right-click files or folders in the explorer."));
        return;
      }
      await add(server, uris, {});
    }),
    vscode.commands.registerTextEditorCommand("mothertongue.addSelection", (editor) => void addSelection(server, editor)),
  ];
}

async function addSelection(server: ServerConnection, editor: vscode.TextEditor): Promise<void> {
  const prompt = await askForPrompt();
  if (prompt !== undefined) await add(server, [editor.document.uri], { lines: linesOf(editor.selection), prompt });
}

/** All that is selected in the explorer, if the click was on it; else what was clicked; else the file in the editor. */
function chosenUris(clicked: vscode.Uri | undefined, selected: readonly unknown[] | undefined): vscode.Uri[] {
  const several = (selected ?? []).filter((one): one is vscode.Uri => one instanceof vscode.Uri);
  if (several.length > 0) return several;
  const uri = clicked ?? vscode.window.activeTextEditor?.document.uri;
  return uri?.scheme === "file" ? [uri] : [];
}

function askForPrompt(): Thenable<string | undefined> {
  const { t } = vscode.l10n;
  return vscode.window.showInputBox({
    title: t("Add Selection as Example"),
    prompt: t("What would you ask the model for, to get this code? Leave it empty to word it from the code."),
    placeHolder: t("Cancel an order and refund it"),
  });
}

async function add(
  server: ServerConnection,
  uris: readonly vscode.Uri[],
  rest: Pick<AddExamplesParams, "lines" | "prompt">,
): Promise<void> {
  const { t } = vscode.l10n;
  const names = uris.map((uri) => uri.toString());
  await saveOpen(new Set(names));
  const result = await withWork(server, t("Adding examples"), (work) => work.request(AddExamplesRequest, { uris: names, ...rest }));
  if (result === undefined) return;
  void vscode.window.showInformationMessage(textOf(result));
}

function textOf({ examples, added }: AddExamplesResult): string {
  const { t } = vscode.l10n;
  if (examples === 0) return t("Nothing was added: there is no code that Mothertongue reads.");
  const [only, ...others] = added;
  if (only !== undefined && others.length === 0) return t("Examples added: {0}, from {1}.", examples.toLocaleString(), only.name);
  return t("Examples added: {0}, from {1} files.", examples.toLocaleString(), added.length.toLocaleString());
}
