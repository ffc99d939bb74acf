// What the tool for language models is given, and what it answers. Pure.
import type { GenerateResult } from "./protocol";

export type Kind = GenerateResult["kind"];

/** Of the schema in `package.json`. */
export const KINDS: readonly Kind[] = ["erd", "sequence", "class", "state", "flowchart", "architecture", "html", "api-docs", "code"];

/**
 * What a caller asks for; models do not always keep to a schema.
 *
 * @throws Error that tells the caller what is wrong.
 */
export function toolInput(given: unknown): { prompt: string; kind: Kind | null } {
  const { prompt, kind } = (given ?? {}) as { prompt?: unknown; kind?: unknown };
  if (typeof prompt !== "string" || prompt.trim() === "") throw new Error("`prompt` must say in words what to generate.");
  if (kind === undefined || kind === null) return { prompt: prompt.trim(), kind: null };
  const known = KINDS.find((one) => one === kind);
  if (known === undefined) throw new Error(`\`kind\` must be one of ${KINDS.join(", ")}, or left out.`);
  return { prompt: prompt.trim(), kind: known };
}

/** The text in a fence that says its language; Markdown as it is. */
export function toolAnswer({ text, language, state, notes: told }: GenerateResult): string {
  const ticks = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  const body = language === "markdown" || language === "" ? text : `${ticks}${language}\n${text}\n${ticks}`;
  const notes = [state === "cut" ? "The answer was cut off at its greatest length." : "", ...told.map((note) => `Note: ${note}`)];
  return [body, ...notes.filter(Boolean)].join("\n\n");
}
