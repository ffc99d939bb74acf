// The panel in which trainings are prepared and watched. It shows one thing at a time, and comes back when the window was loaded anew.
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { parserFolder } from "../parserFolder";
import type { Html } from "./html";
import type { FromPage, PageState, ToPage } from "./messages";
import { trainingPage } from "./page";

const VIEW_TYPE = "mothertongue.training";

/** Puts HTML into sections of the page. */
export type Show = (sections: Readonly<Record<string, Html>>, canStart?: boolean) => void;

/** Something that the panel shows: the form, or a run. */
export interface Content extends vscode.Disposable {
  readonly title: string;
  readonly state: PageState;
  /** The page is there and empty: at first, and whenever it comes into view again. */
  begin(show: Show): void;
  heard(message: FromPage): void;
}

export class TrainingPanel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private content: Content | undefined;
  private readonly listening: vscode.Disposable;

  /**
   * @param contentOf Makes what was shown before the window was loaded anew.
   */
  constructor(
    private readonly context: vscode.ExtensionContext,
    contentOf: (state: PageState) => Content,
  ) {
    this.listening = vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
      deserializeWebviewPanel: (panel: vscode.WebviewPanel, state: PageState) => {
        this.panel = this.taken(panel);
        this.fill(contentOf(state));
        return Promise.resolve();
      },
    });
  }

  open(content: Content): void {
    this.panel ??= this.taken(vscode.window.createWebviewPanel(VIEW_TYPE, content.title, vscode.ViewColumn.Active, {}));
    this.panel.reveal();
    this.fill(content);
  }

  /** Whether a run is in view. */
  shows(state: PageState): boolean {
    return this.panel?.visible === true && this.holds(state);
  }

  /** Brings a run into view as it stands, where the panel holds it: its page is not drawn anew. */
  reveal(state: PageState): boolean {
    if (!this.holds(state)) return false;
    this.panel?.reveal();
    return true;
  }

  dispose(): void {
    this.listening.dispose();
    this.content?.dispose();
    this.panel?.dispose();
  }

  private holds({ folder, run }: PageState): boolean {
    const held = this.content?.state;
    return held?.folder === folder && held.run === run;
  }

  private fill(content: Content): void {
    this.content?.dispose();
    this.content = content;
    if (this.panel === undefined) return;
    this.panel.title = content.title;
    const { webview } = this.panel;
    webview.html = trainingPage({
      nonce: randomBytes(16).toString("hex"),
      source: webview.cspSource,
      script: webview.asWebviewUri(vscode.Uri.joinPath(this.dist, "training.js")).toString(),
      mermaid: webview.asWebviewUri(vscode.Uri.joinPath(parserFolder(this.context.extensionUri), "mermaid.js")).toString(),
      state: content.state,
      title: content.title,
    });
  }

  private taken(panel: vscode.WebviewPanel): vscode.WebviewPanel {
    panel.webview.options = { enableScripts: true, localResourceRoots: [this.dist, parserFolder(this.context.extensionUri)] };
    panel.iconPath = vscode.Uri.joinPath(this.context.extensionUri, "media", "report.svg");
    panel.webview.onDidReceiveMessage((message: FromPage) => {
      if (message.type === "ready") this.content?.begin((sections, canStart) => this.send(sections, canStart));
      else this.content?.heard(message);
    });
    panel.onDidDispose(() => {
      this.content?.dispose();
      this.content = undefined;
      this.panel = undefined;
    });
    return panel;
  }

  private send(sections: Readonly<Record<string, Html>>, canStart: boolean | undefined): void {
    const texts = Object.entries(sections).map(([name, { text }]) => [name, text]);
    const message: ToPage = {
      type: "show",
      sections: Object.fromEntries(texts) as Record<string, string>,
      ...(canStart === undefined ? {} : { canStart }),
    };
    void this.panel?.webview.postMessage(message);
  }

  private get dist(): vscode.Uri {
    return vscode.Uri.joinPath(this.context.extensionUri, "dist");
  }
}
