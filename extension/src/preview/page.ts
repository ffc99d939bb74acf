// The page of the preview. Pure.

/** What the page is made of. */
export interface PageParts {
  /** Not guessable, new for each page. */
  readonly nonce: string;
  /** Where webviews load from. */
  readonly source: string;
  /** Of the bundled script. */
  readonly script: string;
  /** Of Mermaid, which the script loads. */
  readonly mermaid: string;
  /** Texts of the buttons, in the person's language. */
  readonly labels: Readonly<Record<Action, string>>;
}

export type Action = "zoomIn" | "zoomOut" | "fit" | "copySvg" | "copyPng" | "saveSvg" | "savePng";

const ACTIONS: readonly [Action, string][] = [
  ["zoomOut", "−"],
  ["zoomIn", "+"],
  ["fit", ""],
  ["copySvg", ""],
  ["copyPng", ""],
  ["saveSvg", ""],
  ["savePng", ""],
];

const STYLE = `
html, body { height: 100%; margin: 0; padding: 0; overflow: hidden; background: var(--vscode-editor-background); }
body { display: flex; flex-direction: column; font-family: var(--vscode-font-family); color: var(--vscode-editor-foreground); }
#bar { display: flex; flex-wrap: wrap; gap: 4px; padding: 4px 8px; border-bottom: 1px solid var(--vscode-panel-border, transparent); }
button { font: inherit; font-size: 12px; padding: 2px 8px; border: 1px solid var(--vscode-button-border, transparent); border-radius: 3px;
  color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground); cursor: pointer; }
button:hover { background: var(--vscode-button-secondaryHoverBackground); }
#view { flex: 1; position: relative; overflow: hidden; cursor: grab; outline-offset: -2px; }
#view:active { cursor: grabbing; }
#view:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
#picture { position: absolute; top: 0; left: 0; transform-origin: 0 0; }
#picture svg { display: block; }
#broken .old { opacity: 0.55; }
#problem { padding: 4px 8px; font-size: 12px; white-space: pre-wrap; color: var(--vscode-errorForeground);
  border-top: 1px solid var(--vscode-panel-border, transparent); }
#problem:empty { display: none; }
#work { position: absolute; visibility: hidden; top: 0; left: 0; pointer-events: none; }
`;

/**
 * The page.
 *
 * Only the bundled script runs, which loads the Mermaid beside it, and nothing is fetched. Mermaid puts a style sheet and style attributes into its pictures, so that styles are
 * allowed; they cannot load anything. `data:` pictures are what a PNG is made from.
 */
export function previewPage({ nonce, source, script, mermaid, labels }: PageParts): string {
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'unsafe-inline'; img-src data:; font-src ${source}`;
  const buttons = ACTIONS.map(
    ([action, sign]) =>
      `<button type="button" data-action="${action}" title="${labels[action]}" aria-label="${labels[action]}">${sign || labels[action]}</button>`,
  );
  return `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<style>${STYLE}</style>
</head>
<body data-mermaid="${mermaid}" data-nonce="${nonce}">
<div id="bar" role="toolbar">${buttons.join("")}</div>
<div id="view" tabindex="0"><div id="picture"></div></div>
<div id="problem" role="status"></div>
<div id="work"></div>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
