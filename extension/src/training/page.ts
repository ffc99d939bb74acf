// The page of trainings: what stands around its sections. Pure.
import type { PageState } from "./messages";
import { html, Html } from "./html";

export interface PageParts {
  /** Not guessable, new for each page. */
  readonly nonce: string;
  /** Where webviews load from. */
  readonly source: string;
  /** Of the page's own script. */
  readonly script: string;
  /** Of the bundled Mermaid, which is loaded when there is a diagram to draw. */
  readonly mermaid: string;
  readonly state: PageState;
  /** For people who hear the page. */
  readonly title: string;
}

/** Names of the sections, from the top. */
export const SECTIONS = [
  "head",
  "state",
  "bar",
  "progress",
  "curve",
  "meaning",
  "samples",
  "facts",
  "fields",
  "problem",
  "estimate",
  "action",
] as const;
// What is read out when it changes.
const SPOKEN: Readonly<Record<string, string>> = { state: "status", problem: "alert", estimate: "status" };

/**
 * The page, empty.
 *
 * Only scripts that bear the nonce run, and nothing else is fetched. Mermaid puts a style sheet and style attributes into its pictures, so that
 * styles are allowed; they cannot load anything.
 */
export function trainingPage({ nonce, source, script, mermaid, state, title }: PageParts): string {
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'unsafe-inline'; font-src ${source}`;
  const sections = SECTIONS.map((name) => {
    const role = SPOKEN[name];
    return role === undefined ? html`<div id="${name}"></div>` : html`<div id="${name}" role="${role}"></div>`;
  });
  return html`<!DOCTYPE html>
    <html>
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${new Html(policy)}" />
        <title>${title}</title>
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body data-state="${JSON.stringify(state)}" data-mermaid="${mermaid}" data-nonce="${nonce}">
        <main>${sections}</main>
        <div id="work"></div>
        <script nonce="${nonce}" src="${script}"></script>
      </body>
    </html>`.text;
}

const STYLE = `
body { margin: 0; padding: 16px 20px 32px; font-family: var(--vscode-font-family); font-size: var(--vscode-font-size);
  color: var(--vscode-foreground); background: var(--vscode-editor-background); line-height: 1.5; }
main { max-width: 860px; margin: 0 auto; }
h1 { font-size: 1.6em; font-weight: 600; margin: 0 0 4px; } h2 { font-size: 1.2em; font-weight: 600; margin: 28px 0 6px; }
h3 { font-size: 1em; font-weight: 600; margin: 18px 0 6px; } h4 { font-weight: 600; margin: 0 0 6px; color: var(--vscode-descriptionForeground); }
p { margin: 4px 0; } ul { margin: 4px 0; padding-left: 20px; } li { margin: 2px 0; }
.soft { color: var(--vscode-descriptionForeground); }
.good { color: color-mix(in srgb, var(--vscode-testing-iconPassed) 45%, var(--vscode-foreground)); } .bad, .problem { color: var(--vscode-errorForeground); }
.state { font-weight: 600; margin-top: 12px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
#bar { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin: 12px 0; }
button { font: inherit; padding: 4px 12px; border: 1px solid var(--vscode-button-border, transparent); border-radius: 2px; cursor: pointer;
  color: var(--vscode-button-foreground); background: var(--vscode-button-background); }
button:hover { background: var(--vscode-button-hoverBackground); }
button.secondary { color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground); }
button.secondary:hover { background: var(--vscode-button-secondaryHoverBackground); }
button:disabled { opacity: 0.5; cursor: default; }
:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
progress { display: block; width: 100%; height: 6px; appearance: none; border: 1px solid var(--vscode-contrastBorder, transparent); }
progress::-webkit-progress-bar { background: var(--vscode-editorWidget-background); }
progress::-webkit-progress-value { background: var(--vscode-progressBar-background); }
.curve { margin: 20px 0 8px; --training: var(--vscode-charts-blue); --held-out: var(--vscode-charts-purple); }
.drawn { position: relative; height: clamp(160px, 34vw, 280px); margin: 8px 8px 24px 36px; }
.drawn svg { width: 100%; height: 100%; display: block; overflow: visible; }
.drawn svg * { vector-effect: non-scaling-stroke; fill: none; stroke-linejoin: round; }
.drawn .grid { stroke: var(--vscode-editorWidget-border, var(--vscode-panel-border)); stroke-width: 1px; }
.drawn svg .usual { fill: color-mix(in srgb, var(--vscode-charts-green) 18%, transparent); }
.drawn .training { stroke: var(--training); stroke-width: 1.5px; } .drawn .held-out { stroke: var(--held-out); stroke-width: 2px; }
.drawn .dots { stroke-width: 7px; stroke-linecap: round; }
.axis span { position: absolute; font-size: 0.85em; color: var(--vscode-descriptionForeground); }
.losses span { right: 100%; margin-right: 8px; transform: translateY(50%); } .steps span { top: 100%; margin-top: 4px; transform: translateX(-50%); }
figcaption { display: flex; flex-wrap: wrap; gap: 2px 18px; }
.key::before { content: ""; display: inline-block; width: 14px; height: 0; margin-right: 6px; vertical-align: middle; border-top: 3px solid; }
.key.training::before { color: var(--training); } .key.held-out::before { color: var(--held-out); }
.key.usual::before { height: 10px; border: 0; background: color-mix(in srgb, var(--vscode-charts-green) 30%, transparent); }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(320px, 100%), 1fr)); gap: 12px; } .pair > * { min-width: 0; }
.answer { padding: 10px 12px; border: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border)); border-radius: 4px; }
pre { margin: 0; max-height: 300px; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere;
  font-family: var(--vscode-editor-font-family); font-size: 0.92em; }
.diagram svg { display: block; max-width: 100%; max-height: 420px; margin: 0 auto; }
.checks { list-style: none; padding: 0; margin: 8px 0 0; display: flex; flex-wrap: wrap; gap: 0 14px; font-size: 0.92em; }
details { margin-top: 20px; } summary { cursor: pointer; } dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 8px 0; }
dt { color: var(--vscode-descriptionForeground); } dd { margin: 0; overflow-wrap: anywhere; }
form { margin-top: 16px; } .field { margin: 14px 0; border: 0; padding: 0; } .field > label:not(.choice), legend { display: block; font-weight: 600; margin-bottom: 4px; padding: 0; }
.beside { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; margin-top: 6px; } .choice { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; margin: 4px 0; }
.choice .choice { margin: 0; }
select, input[type=number], input[type=text] { font: inherit; padding: 4px 6px; color: var(--vscode-input-foreground); background: var(--vscode-input-background);
  border: 1px solid var(--vscode-input-border, var(--vscode-contrastBorder, var(--vscode-editorWidget-border, transparent))); border-radius: 2px; }
select { width: 100%; max-width: 460px; color: var(--vscode-dropdown-foreground); background: var(--vscode-dropdown-background);
  border-color: var(--vscode-dropdown-border, var(--vscode-contrastBorder, transparent)); }
input[type=number] { width: 90px; } input[type=text] { width: 200px; } input[type=radio] { margin: 0; accent-color: var(--vscode-button-background); }
#action { margin-top: 10px; }
#work { position: absolute; visibility: hidden; top: 0; left: 0; pointer-events: none; }
`;
