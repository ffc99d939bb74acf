// The connection to the language server: started, restarted and stopped here, asked by everybody else.
import * as vscode from "vscode";
import {
  CloseAction,
  DidChangeConfigurationNotification,
  ErrorAction,
  InlineCompletionRequest,
  LanguageClient,
  RevealOutputChannelOn,
  State,
  WorkDoneProgress,
  type CloseHandlerResult,
  type InlineCompletionParams,
  type Middleware,
  type RequestParam,
  type RequestType,
} from "vscode-languageclient/node";
import { Crashes } from "./crashes";
import { PromptLines } from "./generation/promptLines";
import { launchOf } from "./launch";
import { modelPython } from "./modelEnvironment/where";
import {
  GeneratedNotification,
  StatusChangedNotification,
  type ErrorData,
  type GeneratedParams,
  type InitializationOptions,
  type StatusChangedParams,
} from "./protocol";
import { findPython } from "./python/find";

export type ServerState = "starting" | "running" | "stopped" | "noPython";

/** The language server is not there to be asked. */
export class NotRunningError extends Error {}

export class ServerConnection implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private readonly crashes = new Crashes();
  private readonly stateEmitter = new vscode.EventEmitter<ServerState>();
  private readonly statusEmitter = new vscode.EventEmitter<StatusChangedParams>();
  private readonly generatedEmitter = new vscode.EventEmitter<GeneratedParams>();
  private changing: Promise<void> = Promise.resolve();
  private current: ServerState = "starting";
  private readonly listening: vscode.Disposable;

  /** Fires when the server starts, runs, or has ended. */
  readonly onDidChangeState = this.stateEmitter.event;
  /** Fires when a folder's data set has changed or work on it goes on. */
  readonly onDidChangeStatus = this.statusEmitter.event;
  /** The prompt lines that the server is answering. */
  readonly promptLines = new PromptLines(this);

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.listening = vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("mothertongue")) void this.tellThatSettingsChanged();
    });
  }

  get state(): ServerState {
    return this.current;
  }

  /** Starts the server, unless it runs; returns when it can be asked, or when it is clear that it cannot. */
  start(): Promise<void> {
    return this.inTurn(() => this.startNow());
  }

  /** Ends the server in an orderly way and starts it anew; a given-up one too. */
  restart(): Promise<void> {
    this.crashes.clear();
    return this.inTurn(async () => {
      await this.stopNow();
      await this.startNow();
    });
  }

  /**
   * Asks the server.
   *
   * @throws NotRunningError if it does not run; otherwise the error that it answers with.
   */
  async request<Params, Result>(
    type: RequestType<Params, Result, ErrorData>,
    params: Params,
    token?: vscode.CancellationToken,
  ): Promise<Result> {
    await this.changing;
    if (this.client?.state !== State.Running) throw new NotRunningError(vscode.l10n.t("The language server is not running."));
    return this.client.sendRequest(type, params as RequestParam<Params>, token);
  }

  /** Hears the progress that the server reports under a token, until disposed. */
  onProgress(token: string, heard: (value: Progressed) => void): vscode.Disposable {
    return this.client?.onProgress(WorkDoneProgress.type, token, heard) ?? new vscode.Disposable(() => undefined);
  }

  /** Hears the pieces of a text that is generated under a token, until disposed. */
  onGenerated(token: string, heard: (text: string) => void): vscode.Disposable {
    return this.generatedEmitter.event((params) => {
      if (params.token === token) heard(params.text);
    });
  }

  dispose(): void {
    this.listening.dispose();
    this.promptLines.dispose();
    this.generatedEmitter.dispose();
    this.stateEmitter.dispose();
    this.statusEmitter.dispose();
    void this.inTurn(() => this.stopNow());
  }

  // Starts and stops wait for each other, so that two restarts in a row do not leave two servers.
  private inTurn(change: () => Promise<void>): Promise<void> {
    this.changing = this.changing.then(change, change);
    return this.changing;
  }

  private async startNow(): Promise<void> {
    if (this.client !== undefined) return;
    this.become("starting");
    const interpreter = await findPython(this.context, this.log);
    if (interpreter === undefined) {
      this.become("noPython");
      void sayThatThereIsNoPython();
      return;
    }
    const ofModels = await modelPython(this.context);
    // The environment of the extension's own goes before; without it, the interpreter of the server is asked for models too.
    void vscode.commands.executeCommand("setContext", "mothertongue.runsModels", ofModels !== undefined || interpreter.runsModels);
    this.client = this.makeClient(interpreter.executable, ofModels ?? null);
    try {
      await this.client.start();
    } catch (error) {
      this.log.error(error instanceof Error ? error : String(error));
      this.become("stopped");
    }
  }

  /** Without values: the server asks for those of each folder. */
  private async tellThatSettingsChanged(): Promise<void> {
    if (this.client?.state !== State.Running) return;
    await this.client.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
  }

  private async stopNow(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    try {
      await client?.dispose();
    } catch (error) {
      // A server that is gone cannot be stopped in an orderly way; that it is gone is what was wanted.
      this.log.debug(`Stopping the language server: ${String(error)}`);
    }
  }

  private makeClient(interpreter: string, pythonOfModels: string | null): LanguageClient {
    const launch = launchOf(interpreter, this.context.extensionPath, process.execPath, process.env);
    const options: InitializationOptions = { trusted: vscode.workspace.isTrusted, modelPython: pythonOfModels };
    const client = new QuietClient(
      "mothertongue",
      "Mothertongue",
      // Not in the workspace: what lies there must not be imported.
      { command: launch.command, args: launch.args, options: { env: launch.env, cwd: this.context.extensionPath } },
      {
        documentSelector: [{ scheme: "file" }],
        initializationOptions: options,
        middleware: middlewareOf(this.promptLines),
        outputChannel: this.log,
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        errorHandler: { error: () => ({ action: ErrorAction.Continue, handled: true }), closed: () => this.afterCrash() },
        initializationFailedHandler: (error) => {
          this.log.error(error instanceof Error ? error : String(error));
          return false;
        },
      },
    );
    client.onDidChangeState(({ newState }) => {
      if (client === this.client) this.become(STATES[newState]);
    });
    client.onNotification(StatusChangedNotification, (params) => this.statusEmitter.fire(params));
    client.onNotification(GeneratedNotification, (params) => this.generatedEmitter.fire(params));
    return client;
  }

  private afterCrash(): CloseHandlerResult {
    const after = this.crashes.add(Date.now());
    this.log.warn(`The language server ended by itself (${after}).`);
    if (after === "giveUp") {
      void sayThatItIsGivenUp();
      return { action: CloseAction.DoNotRestart, handled: true };
    }
    if (after === "restartAndSay") void sayThatItIsBack();
    return { action: CloseAction.Restart, handled: true };
  }

  private become(state: ServerState): void {
    this.current = state;
    void vscode.commands.executeCommand("setContext", "mothertongue.server", state);
    this.stateEmitter.fire(state);
  }
}

/** Logs its errors without a message of its own: what people need to know is said here, once and in their words. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/** Part of what the server reports: `message` in words, `percentage` of the whole. */
export interface Progressed {
  kind: "begin" | "report" | "end";
  message?: string;
  percentage?: number;
}

/** Requests for ghost text take the way through the prompt lines. */
function middlewareOf(promptLines: PromptLines): Middleware {
  return {
    sendRequest: (type, params, token, next) => {
      const method = typeof type === "string" ? type : type.method;
      if (method !== InlineCompletionRequest.method) return next(type, params, token);
      return promptLines.follow(params as InlineCompletionParams, token, (given, stop) => next(type, given as typeof params, stop));
    },
  };
}

const STATES: Record<State, ServerState> = {
  [State.Starting]: "starting",
  [State.Running]: "running",
  [State.Stopped]: "stopped",
  [State.StartFailed]: "stopped",
};

async function sayThatThereIsNoPython(): Promise<void> {
  const { t } = vscode.l10n;
  const select = t("Select Python");
  const download = t("Download Python");
  const showLog = t("Show Log");
  const setting = vscode.workspace.getConfiguration("mothertongue").get("python", "").trim();
  const chosen = await vscode.window.showErrorMessage(
    setting === ""
      ? t("Mothertongue needs Python 3.10 or newer and found none that it can use. Install one, or select the one you have.")
      : t("Mothertongue needs Python 3.10 or newer and cannot use {0}, which the setting names. Select another one.", setting),
    select,
    download,
    showLog,
  );
  if (chosen === select) await vscode.commands.executeCommand("mothertongue.selectPython");
  if (chosen === download) await vscode.env.openExternal(vscode.Uri.parse("https://www.python.org/downloads/"));
  if (chosen === showLog) await vscode.commands.executeCommand("mothertongue.showLog");
}

async function sayThatItIsBack(): Promise<void> {
  const { t } = vscode.l10n;
  const showLog = t("Show Log");
  const chosen = await vscode.window.showWarningMessage(
    t("The Mothertongue language server ended unexpectedly and is started again. Nothing that was saved is lost."),
    showLog,
  );
  if (chosen === showLog) await vscode.commands.executeCommand("mothertongue.showLog");
}

async function sayThatItIsGivenUp(): Promise<void> {
  const { t } = vscode.l10n;
  const showLog = t("Show Log");
  const restart = t("Restart Server");
  const chosen = await vscode.window.showErrorMessage(
    t("The Mothertongue language server ended five times within three minutes and stays off."),
    showLog,
    restart,
  );
  if (chosen === showLog) await vscode.commands.executeCommand("mothertongue.showLog");
  if (chosen === restart) await vscode.commands.executeCommand("mothertongue.restartServer");
}
