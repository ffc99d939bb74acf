// `make bench-editor`: how long a person waits in real VS Code, from the key press to what is seen. Medians; each figure beside what is to be reached.
import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Editor, installExtension, motherProject, until, WAIT_MS } from "../e2e/editor.mjs";

const PYTHON = fileURLToPath(new URL("../../.venv/bin/python", import.meta.url));
const CODE = "namespace HarbourStay;\n\npublic static class Prices\n{\n    // below\n}\n";
const DIAGRAM = "erDiagram\n    HOTEL ||--o{ ROOM : has\n";
const ROUNDS = 5;
const TYPED = "the guest pays at the desk of the hotel ";

if (process.env.KEEP_EXTENSION === undefined) await installExtension();
const folder = await motherProject();
await writeFile(path.join(folder, "Prices.cs"), CODE);
await writeFile(path.join(folder, "notes.txt"), "\n");
await writeFile(path.join(folder, "hotel.mmd"), DIAGRAM);
await mkdir(path.join(folder, ".vscode"));
const settings = { "mothertongue.python": PYTHON, "files.autoSave": "off", "editor.quickSuggestions": { other: "off" } };
await writeFile(path.join(folder, ".vscode/settings.json"), JSON.stringify(settings));
execFileSync(PYTHON, ["-m", "server.cli", "build", "--project", folder, "--json"], { stdio: "ignore" });
const editor = await Editor.open(folder);
const { page } = editor;
try {
  await editor.statusBarSays(/\d/);
  await typing();
  await generation();
  await preview();
} finally {
  await editor.close();
}

/** Typing in a file while nothing is generated, and while something is. */
async function typing() {
  await watchKeys();
  await editor.openFile("notes.txt");
  const alone = await typed();
  await editor.openFile("Prices.cs");
  await page.locator(".view-line", { hasText: "// below" }).click();
  const cold = await firstText("Code", "methods that add, subtract, multiply, divide and round prices");
  tell("first text, generator not started yet", [cold], "4 s");
  await editor.openFile("notes.txt");
  const meanwhile = await typed();
  tell("a typed character is seen, nothing generated", alone);
  tell("the same while it generates", meanwhile, "unchanged");
  await editor.openFile("Prices.cs");
  await escape();
  await reject();
}

/** Warm: the same process, another request. Half of them are cancelled while they write, half while they still read. */
async function generation() {
  const first = [];
  const writing = [];
  const reading = [];
  for (let round = 0; round < ROUNDS; round++) {
    await page.locator(".view-line", { hasText: "// below" }).click();
    first.push(await firstText("Code", `methods that round prices to ${round + 2} digits`));
    writing.push(await escape());
    await reject();
    await page.locator(".view-line", { hasText: "// below" }).click();
    await ask("Code", `a method that compares ${round + 2} prices`);
    await generating().waitFor();
    reading.push(await escape());
    await reject();
  }
  tell("first text, generator running", first, "1 s");
  tell("Escape while it writes, until it has stopped", writing, "200 ms");
  tell("Escape while it reads the prompt", reading, "200 ms");
}

/** From a typed line break to the picture with the new entity. */
async function preview() {
  await editor.openFile("hotel.mmd");
  await editor.command("Mothertongue: Preview Diagram");
  const shown = await editor.webview("HOTEL");
  await page.locator('.tab[data-resource-name="hotel.mmd"]').click();
  await page.keyboard.press("Control+End");
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    await page.keyboard.type(`    ROOM ||--o{ BED${round} : hold`);
    const start = performance.now();
    await page.keyboard.press("s");
    await shown.waitForFunction((name) => document.querySelector("#picture svg")?.textContent?.includes(name), `BED${round}`, {
      polling: 10,
    });
    times.push(performance.now() - start);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Home");
  }
  tell("a changed diagram is drawn", times, "300 ms");
}

/** Milliseconds from the request to the first text below the cursor's line. */
async function firstText(kind, prompt) {
  await ask(kind, prompt);
  const start = performance.now();
  await page.waitForFunction(
    () => {
      const lines = [...document.querySelectorAll(".editor-instance .view-line")].sort((a, b) => parseInt(a.style.top) - parseInt(b.style.top));
      const at = lines.findIndex((line) => line.textContent.includes("below"));
      return at >= 0 && /[\w/]/.test(lines[at + 1]?.textContent ?? "");
    },
    undefined,
    { polling: 20, timeout: WAIT_MS },
  );
  return performance.now() - start;
}

async function ask(kind, prompt) {
  await editor.command("Mothertongue: Generate Here");
  await editor.row(kind).waitFor();
  await editor.pick(kind);
  const input = page.locator(".quick-input-widget input.input");
  await until(async () => (await input.getAttribute("placeholder"))?.startsWith("In your words"), "the question");
  await input.fill(prompt);
  await page.keyboard.press("Enter");
}

/** Milliseconds until the state "generating" is gone. */
async function escape() {
  await page.locator(".view-line", { hasText: "namespace" }).click();
  const start = performance.now();
  await page.keyboard.press("Escape");
  await generating().waitFor({ state: "detached", timeout: WAIT_MS });
  return performance.now() - start;
}

async function reject() {
  const lens = page.locator(".codelens-decoration a", { hasText: "Reject" }).first();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  if ((await lens.count()) > 0) await lens.click();
  await until(async () => (await lens.count()) === 0, "the lenses to go");
}

function generating() {
  return page.locator('.statusbar-item[id*="mothertongue.generating"]');
}

/** From here on the page notes, for each key, when the text on the screen has changed. */
async function watchKeys() {
  await page.evaluate(() => {
    window.seen = [];
    let pressed = 0;
    window.addEventListener("keydown", () => (pressed = performance.now()), true);
    const observer = new MutationObserver(() => {
      if (pressed > 0) window.seen.push(performance.now() - pressed);
      pressed = 0;
    });
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}

async function typed() {
  await page.locator(".editor-instance .view-line").last().click();
  await page.evaluate(() => (window.seen = []));
  await page.keyboard.type(TYPED, { delay: 40 });
  return page.evaluate(() => window.seen);
}

function tell(what, times, toReach = "") {
  const sorted = [...times].sort((a, b) => a - b);
  const figures = `${inWords(sorted[Math.floor(sorted.length / 2)])}, at most ${inWords(sorted.at(-1))}`;
  console.log(`${what.padEnd(48)} ${figures.padEnd(28)} ${toReach === "" ? "" : `to reach: ${toReach}`}`);
}

function inWords(milliseconds) {
  return milliseconds < 1_000 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1_000).toFixed(1)} s`;
}
