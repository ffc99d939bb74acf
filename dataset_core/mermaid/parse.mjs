// The real Mermaid parser as a filter: one JSON object {"id", "text"} a line in, {"id", "kind"} or {"id", "error"} a line out.
// Ends when its input ends. Mermaid expects a browser's globals, which jsdom provides; nothing is rendered and
// nothing is fetched, so that labels need no sanitising ("loose" skips it, which takes a third of the time).
import { createInterface } from "node:readline";
import { JSDOM } from "jsdom";

const { window } = new JSDOM("<!DOCTYPE html><body></body>");
for (const name of ["window", "document", "Element", "HTMLElement", "SVGElement", "Node", "DOMParser", "Option"]) {
  Object.defineProperty(globalThis, name, { value: name === "window" ? window : window[name], configurable: true });
}
const { default: mermaid } = await import("mermaid");
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
