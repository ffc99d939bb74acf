// The form after the window was loaded anew: it is asked for again as soon as the server can be.
import * as vscode from "vscode";
import type { ServerConnection } from "../server";
import { html } from "./html";
import type { PageState } from "./messages";
import type { Content, Show } from "./panel";

export class WaitingContent implements Content {
  readonly title = vscode.l10n.t("Train Model");
  readonly state: PageState;
  private readonly listening: vscode.Disposable;

  /**
   * @param open Opens the form.
   */
  constructor(folder: string, server: ServerConnection, open: () => void) {
    this.state = { folder };
    if (server.state === "running") setImmediate(open);
    this.listening = server.onDidChangeState((state) => {
      if (state === "running") open();
    });
  }

  begin(show: Show): void {
    show({ state: html`<p class="state">${vscode.l10n.t("Waiting for the language server…")}</p>` });
  }

  heard(): void {
    // There is nothing to do here yet.
  }

  dispose(): void {
    this.listening.dispose();
  }
}
