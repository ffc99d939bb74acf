// Where the diagrams of a document are. Pure.

/** A diagram in a document. */
export interface Block {
  /** Mermaid, without the fence, its indentation and the marks of a comment. */
  readonly text: string;
  /** First line of the text in the document, from 0. */
  readonly start: number;
  /** The line after the last one of the text. */
  readonly end: number;
}

const OPENING = /^(\s*(?:(?:\/\/+|#+|--|\*)[ \t]?)?)(`{3,}|~{3,}|:{3,})\s*\{?mermaid\b/;

/** The fenced Mermaid blocks of Markdown, or of the comments of a source file, from the top; an unclosed one reaches to the end. */
export function blocksOf(lines: readonly string[]): Block[] {
  const found: Block[] = [];
  for (let line = 0; line < lines.length; line++) {
    const [, mark, fence] = OPENING.exec(lines[line] ?? "") ?? [];
    if (mark === undefined || fence === undefined) continue;
    const start = line + 1;
    do line++;
    while (line < lines.length && !closes(without(mark, lines[line] ?? ""), fence));
    const text = lines.slice(start, line).map((inside) => without(mark, inside));
    found.push({ text: text.join("\n"), start, end: Math.min(line, lines.length) });
  }
  return found;
}

/** The diagram that a person at a line means: the one around it, or else the nearest; undefined where there is none. */
export function blockAt(lines: readonly string[], line: number, isDiagramFile: boolean): Block | undefined {
  if (isDiagramFile) return { text: lines.join("\n"), start: 0, end: lines.length };
  const distance = ({ start, end }: Block): number => Math.max(start - 1 - line, line - end, 0);
  return blocksOf(lines).reduce<Block | undefined>(
    (nearest, block) => (nearest === undefined || distance(block) < distance(nearest) ? block : nearest),
    undefined,
  );
}

/** A diagram as a block of Markdown, in a fence that nothing in it closes. */
export function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}mermaid\n${text}\n${fence}\n`;
}

/** A line without what stands before each line of its block; an empty line may lack the space at the end of it. */
function without(mark: string, line: string): string {
  if (line.startsWith(mark)) return line.slice(mark.length);
  return line === mark.trimEnd() ? "" : line;
}

function closes(line: string, fence: string): boolean {
  const text = line.trim();
  return text.length >= fence.length && text === fence.charAt(0).repeat(text.length);
}
