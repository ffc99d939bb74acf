// The server reads from disk: what is open and changed is saved before it is asked about.
import * as vscode from "vscode";

/** Saves those of the files that are open and changed. */
export async function saveOpen(uris: ReadonlySet<string>): Promise<void> {
  const changed = vscode.workspace.textDocuments.filter((document) => document.isDirty && uris.has(document.uri.toString()));
  await Promise.all(changed.map((document) => document.save()));
}
