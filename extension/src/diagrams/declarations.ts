// Whether a line of code declares something that can be drawn; so that the light bulb stays dark elsewhere. Pure.

const MODIFIERS =
  "(?:export|default|declare|public|private|protected|internal|abstract|sealed|static|final|partial|async|open|data|pub|override|virtual|readonly)";
const TYPE = new RegExp(`^\\s*(?:${MODIFIERS}\\s+)*(?:class|interface|record|struct|enum|trait|object|protocol|union)\\s+\\w`);
const CALLABLE = new RegExp(`^\\s*(?:${MODIFIERS}\\s+)*(?:def|fn|func|function|fun)\\b`);
const METHOD = /^\s*(?:public|protected|internal)\s[^=;]*\w\s*(?:<[^>]*>)?\(/;
const TABLE = /^\s*create\s+(?:table|view)\b/i;

export function declaresSomething(line: string): boolean {
  return [TYPE, CALLABLE, METHOD, TABLE].some((pattern) => pattern.test(line));
}
