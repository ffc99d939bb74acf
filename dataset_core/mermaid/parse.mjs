// The real Mermaid parser as a filter: one JSON object {"id", "text"} a line in, {"id", "kind"} or {"id", "error"} a line out.
// Ends when its input ends. Nothing is rendered and nothing is fetched, so that labels need no sanitising ("loose" skips it).
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { copyOnce } from "./copy_once.mjs";

// As much of a browser as Mermaid and its DOMPurify look at while they are loaded and parse; a whole one, such as jsdom, takes a second to
// load. DOMPurify sees that it is not supported and leaves labels as they are; of a colour in a sequence diagram only the style is asked.
const document = { nodeType: 9, createElement: () => ({}) };
const window = { document, Element: class {}, addEventListener: () => undefined };
Object.assign(globalThis, { window, document, Option: class { style = {}; }, configurationCopies: new WeakMap() });

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
