// What Mermaid's errors say. Pure.

/** An error as people read it. */
export interface DiagramError {
  /** From 0, within the text of the diagram. */
  readonly line: number;
  readonly message: string;
}

/** Line and message of what `mermaid.parse` throws: its parsers name the line in the text, and the first of them in a field as well. */
export function diagramError(error: unknown, text: string): DiagramError {
  const said = error instanceof Error ? error.message : String(error);
  const named = /(?:Parse|Lexical) error on line (\d+)/i.exec(said) ?? /\bline[: ]+(\d+)/i.exec(said);
  const last = text.split("\n").length - 1;
  const line = named === null ? firstLine(text) : Number(named[1]) - 1;
  return { line: Math.min(Math.max(line, 0), last), message: readable(said) };
}

/** Without the picture of the place, whose arrow stands wrong in a list, and with few of the many tokens that could follow. */
function readable(said: string): string {
  const lines = said.split("\n").filter((line) => !/^-*\^$/.test(line.trim()));
  const expecting = lines.find((line) => line.startsWith("Expecting"));
  if (expecting === undefined) return lines.slice(0, 3).join("\n").trim();
  const got = /got '([^']*)'/.exec(expecting)?.[1];
  const place = lines[1]?.replace(/^\.\.\./, "").trim() ?? "";
  return got === undefined ? expecting : `${place === "" ? "" : `${place}: `}unexpected ${got}`;
}

/** The first line that is no comment: there the kind of a diagram stands. */
function firstLine(text: string): number {
  const found = text.split("\n").findIndex((line) => line.trim() !== "" && !line.trim().startsWith("%%"));
  return Math.max(found, 0);
}
