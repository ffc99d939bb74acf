// Where the package holds the real Mermaid, for the parser and for every page that draws.
import * as vscode from "vscode";

export function parserFolder(extension: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extension, "bundled", "libs", "dataset_core", "mermaid");
}
