// The real Mermaid parser as a filter: one JSON object {"id", "text"} a line in, {"id", "kind"} or {"id", "error"} a line out.
// Ends when its input ends. Mermaid expects a browser's globals, which jsdom provides; nothing is rendered and
// nothing is fetched, so that labels need no sanitising ("loose" skips it).
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { Script } from "node:vm";
import { JSDOM } from "jsdom";

// Mermaid copies its whole configuration, a thousand values, each time that it looks at one of them: several times for each member
// of a class, which is nine tenths of what a class diagram takes. Parsers only read it, and every diagram starts with a configuration
// of its own, so that one copy a diagram says the same. Were Mermaid written in another way, it would run as it is, only slower.
const COPY = "return assignWithDepth_default({}, currentConfig);";
const COPY_ONCE = `
  if (!configurationCopies.has(currentConfig)) configurationCopies.set(currentConfig, assignWithDepth_default({}, currentConfig));
  return configurationCopies.get(currentConfig);`;

const { window } = new JSDOM("<!DOCTYPE html><body></body>");
for (const name of ["window", "document", "Element", "HTMLElement", "SVGElement", "Node", "DOMParser", "Option"]) {
  Object.defineProperty(globalThis, name, { value: name === "window" ? window : window[name], configurable: true });
}
globalThis.configurationCopies = new WeakMap();

const filename = createRequire(import.meta.url).resolve("mermaid/dist/mermaid.js");
new Script(readFileSync(filename, "utf8").replace(COPY, COPY_ONCE), { filename }).runInThisContext();
const { mermaid } = globalThis;
mermaid.initialize({ startOnLoad: false, securityLevel: "loose", maxTextSize: 200_000 });

async function check(text) {
  try {
    const { diagramType } = await mermaid.parse(text);
    return { kind: diagramType };
  } catch (error) {
    return { error: String(error?.message ?? error) };
  }
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  if (line.trim() === "") continue;
  const { id, text } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify({ id, ...(await check(text)) })}\n`);
}
