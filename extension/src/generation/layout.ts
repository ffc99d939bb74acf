// How a generated text stands in a file: fenced in Markdown, as it is in a diagram's file, as code or in a comment elsewhere. Pure.
import type { GenerateResult } from "../protocol";

export type Kind = GenerateResult["kind"];

/** The place that the text is for. */
export interface Place {
  languageId: string;
  fileName: string;
  /** Text of the lines above that of the cursor. */
  linesAbove: readonly string[];
  /** Text of the line of the cursor. */
  line: string;
  eol: string;
}

export interface Layout {
  /** What comes before, so that the text begins on a line of its own. */
  lead: string;
  /** Lines around the text. */
  open: readonly string[];
  close: readonly string[];
  /** Before each line of the text. */
  prefix: string;
  /** Before each line but the first. */
  indent: string;
  eol: string;
}

const DIAGRAMS: readonly Kind[] = ["erd", "sequence", "class", "state", "flowchart", "architecture"];
const HASH = ["python", "ruby", "shellscript", "yaml", "toml", "dockerfile", "makefile", "perl", "r", "powershell", "ini", "properties"];
const DASHES = ["sql", "lua", "haskell", "ada"];
const ANGLES = ["html", "xml", "vue", "svelte"];
const STARS = ["css", "c"];
const MARKDOWN = "markdown";
const FENCE_NAMES: Readonly<Record<string, string>> = { cpp: "cpp", csharp: "csharp", shell: "bash" };

/** Whether an answer of this kind is Mermaid. */
export function isDiagram(kind: Kind): boolean {
  return DIAGRAMS.includes(kind);
}

/**
 * The layout of a text.
 *
 * @param language Of the text, as the server names it; `markdown` for what needs no fence.
 */
export function layoutOf(place: Place, language: string): Layout {
  const indent = /^\s*/.exec(place.line)?.[0] ?? "";
  const isEmptyLine = place.line.trim() === "";
  return { lead: isEmptyLine ? "" : place.eol + indent, prefix: "", indent, eol: place.eol, ...around(place, language) };
}

/** In which language a text of a kind is taken to be while it grows. */
export function draftLanguage(place: Place, kind: Kind): string {
  if (isDiagram(kind)) return "mermaid";
  if (kind === "html") return "html";
  // In Markdown the model writes the fence of code itself.
  return kind === "code" && place.languageId !== MARKDOWN ? place.languageId : MARKDOWN;
}

/** The text as it stands in the file. */
export function rendered({ lead, open, close, prefix, indent, eol }: Layout, text: string): string {
  const lines = [...open, ...text.split(/\r?\n/).map((line) => (prefix + line).trimEnd()), ...close];
  return lead + lines.map((line, index) => (index === 0 || line === "" ? line : indent + line)).join(eol);
}

/** The reverse of `rendered`, also of a text that was corrected by hand; what does not look like the layout is kept. */
export function unrendered({ lead, open, close, prefix, indent }: Layout, shown: string): string {
  const body = shown.startsWith(lead) ? shown.slice(lead.length) : shown;
  let lines = body.split(/\r?\n/).map((line, index) => (index > 0 && line.startsWith(indent) ? line.slice(indent.length) : line));
  if (open.every((line, index) => lines[index] === line)) lines = lines.slice(open.length);
  if (close.length > 0 && close.every((line, index) => lines.at(index - close.length) === line)) lines = lines.slice(0, -close.length);
  const short = prefix.trimEnd();
  return lines.map((line) => (line.startsWith(prefix) ? line.slice(prefix.length) : line === short ? "" : line)).join("\n");
}

function around(place: Place, language: string): Partial<Layout> & Pick<Layout, "open" | "close"> {
  const isDiagramFile = place.languageId === "mermaid" || /\.(mmd|mermaid)$/i.test(place.fileName) || isInMermaidBlock(place);
  const isText = language === MARKDOWN;
  if (isDiagramFile || (place.languageId === MARKDOWN && isText)) return { open: [], close: [] };
  const fence = { open: ["```" + (FENCE_NAMES[language] ?? language)], close: ["```"] };
  if (place.languageId === MARKDOWN) return fence;
  // Code stands as it is; what is no code of the file's language goes into a comment.
  if (!isText && language !== "mermaid") return { open: [], close: [] };
  return commented(place.languageId, isText ? { open: [], close: [] } : fence);
}

function commented(languageId: string, inner: { open: string[]; close: string[] }): Partial<Layout> & Pick<Layout, "open" | "close"> {
  if (languageId === "plaintext") return inner;
  if (ANGLES.includes(languageId)) return { open: ["<!--", ...inner.open], close: [...inner.close, "-->"] };
  if (STARS.includes(languageId)) return { open: ["/*", ...inner.open], close: [...inner.close, "*/"] };
  const mark = HASH.includes(languageId) ? "# " : DASHES.includes(languageId) ? "-- " : "// ";
  return { open: inner.open.map((line) => mark + line), close: inner.close.map((line) => mark + line), prefix: mark };
}

function isInMermaidBlock({ languageId, linesAbove }: Place): boolean {
  if (languageId !== MARKDOWN) return false;
  let opened: string | undefined;
  for (const line of linesAbove) {
    const fence = /^\s*(?:`{3,}|~{3,})\s*(\w*)/.exec(line);
    if (fence !== null) opened = opened === undefined ? fence[1] : undefined;
  }
  return opened === "mermaid";
}
