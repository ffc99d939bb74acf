// The real Mermaid parser as a filter: one JSON object {"id", "text"} a line in, {"id", "kind"} or {"id", "error"} a line out.
// Ends when its input ends. Mermaid expects a browser's globals, which jsdom provides; nothing is rendered and
// nothing is fetched, so that labels need no sanitising ("loose" skips it).
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { JSDOM } from "jsdom";
import { copyOnce } from "./copy_once.mjs";

const { window } = new JSDOM("<!DOCTYPE html><body></body>");
for (const name of ["window", "document", "Element", "HTMLElement", "SVGElement", "Node", "DOMParser", "Option"]) {
  Object.defineProperty(globalThis, name, { value: name === "window" ? window : window[name], configurable: true });
}
globalThis.configurationCopies = new WeakMap();

// A package may hold it beside this file.
const beside = fileURLToPath(new URL("mermaid.js", import.meta.url));
const filename = existsSync(beside) ? beside : createRequire(import.meta.url).resolve("mermaid/dist/mermaid.js");
new Script(copyOnce(readFileSync(filename, "utf8")), { filename }).runInThisContext();
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
