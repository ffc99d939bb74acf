// Mermaid as its package exports it, asked in the plainest way: what `parse.mjs` must agree with.
import { createInterface } from "node:readline";
import { JSDOM } from "jsdom";

const { window } = new JSDOM("<!DOCTYPE html><body></body>");
Object.assign(globalThis, { window, document: window.document, Option: window.Option });
const { default: mermaid } = await import("mermaid");
mermaid.initialize({ startOnLoad: false });

for await (const line of createInterface({ input: process.stdin })) {
  const { id, text } = JSON.parse(line);
  const answer = await mermaid.parse(text).then(
    ({ diagramType }) => ({ id, kind: diagramType }),
    (error) => ({ id, error: error.message }),
  );
  console.log(JSON.stringify(answer));
}
