// Long requests with progress and Cancel, and what is said when one fails.
import * as vscode from "vscode";
import { ErrorCodes, LSPErrorCodes, ResponseError, type RequestType } from "vscode-languageclient/node";
import type { ErrorData } from "./protocol";
import { NotRunningError, type ServerConnection } from "./server";

export interface Work {
  /** Asks the server under this progress; its own progress is shown, and Cancel reaches it. */
  request<Params extends object, Result>(type: RequestType<Params, Result, ErrorData>, params: Params): Promise<Result>;
}

let lastToken = 0;

/**
 * Does work with a progress notification that has a Cancel button.
 *
 * @returns What the work gives; undefined where it was cancelled or failed, which has been said then.
 */
export async function withWork<Result>(
  server: ServerConnection,
  title: string,
  work: (work: Work) => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      (progress, token) => work({ request: (type, params) => requestWithProgress(server, type, params, progress, token) }),
    );
  } catch (error) {
    sayWhatFailed(error);
    return undefined;
  }
}

/** Asks for something that takes no time; undefined where it fails, which has been said then. */
export async function ask<Params, Result>(
  server: ServerConnection,
  type: RequestType<Params, Result, ErrorData>,
  params: Params,
): Promise<Result | undefined> {
  try {
    return await server.request(type, params);
  } catch (error) {
    sayWhatFailed(error);
    return undefined;
  }
}

async function requestWithProgress<Params extends object, Result>(
  server: ServerConnection,
  type: RequestType<Params, Result, ErrorData>,
  params: Params,
  progress: vscode.Progress<{ message?: string; increment?: number }>,
  token: vscode.CancellationToken,
): Promise<Result> {
  const workDoneToken = `mothertongue-${++lastToken}`;
  let shown = 0;
  const listening = server.onProgress(workDoneToken, ({ message, percentage = shown }) => {
    // The bar takes steps and cannot go back; a further stage begins at nought again.
    progress.report({ ...(message === undefined ? {} : { message }), increment: Math.max(0, percentage - shown) });
    shown = Math.max(shown, percentage);
  });
  try {
    return await server.request(type, { ...params, workDoneToken }, token);
  } finally {
    listening.dispose();
  }
}

/** Whether a request has ended because nobody wanted its answer any more. */
export function isCancelled(error: unknown): boolean {
  return error instanceof vscode.CancellationError || (error instanceof ResponseError && error.code === LSPErrorCodes.RequestCancelled);
}

/** Tells of a failure, once; not of what the person wanted. */
export function sayWhatFailed(error: unknown): void {
  if (error instanceof vscode.CancellationError) return;
  if (error instanceof ResponseError && SAID_ALREADY.includes(error.code)) return;
  const { t } = vscode.l10n;
  const message = error instanceof Error ? error.message : String(error);
  const [action, command] =
    error instanceof NotRunningError
      ? [t("Restart Server"), "mothertongue.restartServer"]
      : isNotBuilt(error)
        ? [t("Build"), "mothertongue.build"]
        : [t("Show Log"), "mothertongue.showLog"];
  void vscode.window.showErrorMessage(message, action).then((chosen) => {
    if (chosen !== undefined) void vscode.commands.executeCommand(command);
  });
}

function isNotBuilt(error: unknown): boolean {
  return error instanceof ResponseError && (error.data as ErrorData | undefined)?.kind === "notBuilt";
}

// Cancelled; or the server has ended meanwhile, which is said once, elsewhere.
const SAID_ALREADY: readonly number[] = [
  LSPErrorCodes.RequestCancelled,
  LSPErrorCodes.ServerCancelled,
  ErrorCodes.PendingResponseRejected,
  ErrorCodes.ConnectionInactive,
];
