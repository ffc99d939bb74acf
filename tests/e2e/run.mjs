// Runs the end-to-end tests: the packages are installed once, two files go at a time, since each takes about one core, and one that fails gets a second try alone.
// Arguments are parts of file names; without any, all files run.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { installExtensions } from "./editor.mjs";

const AT_A_TIME = 2;
const LONGEST = ["generation.test.mjs", "walkthrough.test.mjs", "circumstances.test.mjs", "training.test.mjs"];

const wanted = process.argv.slice(2);
const files = (await readdir(new URL(".", import.meta.url)))
  .filter((name) => name.endsWith(".test.mjs") && (wanted.length === 0 || wanted.some((part) => name.includes(part))))
  .sort((one, other) => place(one) - place(other) || one.localeCompare(other));

// Of all that the tests make: what failed can be looked into there.
const temporary = await mkdtemp(path.join(tmpdir(), "mothertongue-e2e-"));
await installExtensions("memory_files", "tool_caller");
const failed = [];
const waiting = [...files];
await Promise.all(Array.from({ length: AT_A_TIME }, worker));
for (const name of [...failed]) {
  console.log(`${name}: once more, alone: a browser on a busy machine can be late`);
  if (await passes(name)) failed.splice(failed.indexOf(name), 1);
}
if (failed.length > 0) console.log(`Failed: ${failed.join(", ")}; their projects are in ${temporary}`);
else await rm(temporary, { recursive: true, force: true, maxRetries: 3 });
process.exitCode = failed.length === 0 ? 0 : 1;

/** The longest files begin, so that the last one to end is a short one. */
function place(name) {
  return LONGEST.includes(name) ? LONGEST.indexOf(name) : LONGEST.length;
}

async function worker() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    if (!(await passes(name))) failed.push(name);
  }
}

/** Runs a file; what it prints comes when it has ended, so that two do not mix. */
async function passes(name) {
  const started = Date.now();
  const child = spawn(process.execPath, ["--test", "--test-reporter=spec", fileURLToPath(new URL(name, import.meta.url))], {
    env: { ...process.env, KEEP_EXTENSION: "1", TMPDIR: temporary },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (printed += text));
  const [code] = await once(child, "close");
  console.log(`${name} (${Math.round((Date.now() - started) / 1000)} s)\n${printed}`);
  return code === 0;
}
