// Turns the report page, made to be opened in a browser, into one for a webview: its own rules for content, and the editor's colours. Pure.

/** Colours of the page's style sheet, by the theme's. High-contrast themes define all of them too. */
const COLOURS: Readonly<Record<string, string>> = {
  "--ground": "var(--vscode-editor-background)",
  "--card": "var(--vscode-editorWidget-background)",
  "--sunk": "var(--vscode-textCodeBlock-background, var(--vscode-editor-background))",
  "--line": "var(--vscode-contrastBorder, var(--vscode-panel-border, var(--vscode-widget-border)))",
  "--text": "var(--vscode-editor-foreground)",
  "--soft": "var(--vscode-descriptionForeground)",
  "--accent": "var(--vscode-textLink-foreground)",
  "--accent-soft": "color-mix(in srgb, var(--vscode-textLink-foreground) 30%, transparent)",
  "--on-accent": "var(--vscode-editor-background)",
  // Made for icons, which may be paler than words: in the light default theme they need some of the colour of words for a contrast of 4.5.
  "--pass": "color-mix(in srgb, var(--vscode-testing-iconPassed) 45%, var(--vscode-editor-foreground))",
  "--pass-soft": "color-mix(in srgb, var(--vscode-testing-iconPassed) 15%, transparent)",
  "--fail": "var(--vscode-errorForeground)",
  "--fail-soft": "color-mix(in srgb, var(--vscode-errorForeground) 15%, transparent)",
  "--open": "color-mix(in srgb, var(--vscode-editorWarning-foreground) 45%, var(--vscode-editor-foreground))",
  "--open-soft": "color-mix(in srgb, var(--vscode-editorWarning-foreground) 15%, transparent)",
  "--keyword": "var(--vscode-symbolIcon-keywordForeground, var(--vscode-debugTokenExpression-name))",
  "--string": "var(--vscode-debugTokenExpression-string)",
  "--number": "var(--vscode-debugTokenExpression-number)",
  "--comment": "var(--vscode-descriptionForeground)",
  "--mono": "var(--vscode-editor-font-family)",
};

// Thrice the root: more particular than the page's own choice of a theme.
const STYLE = `:root:root:root { ${Object.entries(COLOURS)
  .map(([name, value]) => `${name}: ${value};`)
  .join(" ")} }
:root:root:root body { font-family: var(--vscode-font-family); padding: 0; }
#theme { display: none; }`;

/**
 * The page for a webview.
 *
 * Nothing is allowed but its own style sheet and scripts, which carry the nonce. Style attributes (widths of bars) are allowed: they load nothing.
 *
 * @param html As written beside the export.
 * @param nonce Not guessable, new for each page.
 */
export function reportPage(html: string, nonce: string): string {
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; style-src-attr 'unsafe-inline'; script-src 'nonce-${nonce}'`;
  return html
    .replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, `<meta http-equiv="Content-Security-Policy" content="${policy}">`)
    .replace("<style>", `<style nonce="${nonce}">`)
    .replaceAll("<script>", `<script nonce="${nonce}">`)
    .replace("</head>", `<style nonce="${nonce}">${STYLE}</style></head>`);
}
