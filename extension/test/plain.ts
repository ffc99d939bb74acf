// `vscode.l10n.t` without an editor: the text with its parts put in.
export function t(text: string, ...parts: (string | number)[]): string {
  return text.replace(/\{(\d+)\}/g, (_, index: string) => String(parts[Number(index)]));
}
