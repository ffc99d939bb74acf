// "Pause" and "Resume": whether changed files are taken in by themselves.
import * as vscode from "vscode";
import { PauseRequest, ResumeRequest } from "../protocol";
import type { ServerConnection } from "../server";
import { ask } from "../work";

export function registerPause(server: ServerConnection): vscode.Disposable[] {
  return [
    vscode.commands.registerCommand("mothertongue.pause", () => ask(server, PauseRequest, { reason: "user" })),
    vscode.commands.registerCommand("mothertongue.resume", () => ask(server, ResumeRequest, { reason: "user" })),
  ];
}
