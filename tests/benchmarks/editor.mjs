// `make bench-editor`: how long a person waits in real VS Code, with a model that was briefly trained on the reference project. Each figure is
// taken in the page, from the key press to what is seen, and stands beside what is aimed at.
import { readFile } from "node:fs/promises";
import { loadavg } from "node:os";
import { installExtensions, WAIT_MS } from "../e2e/editor.mjs";
import { GeneratingEditor, trainedProject } from "../e2e/generating.mjs";

const COLD_ROUNDS = 3;
const ROUNDS = 5;
const NOTES = "# Notes\n\nThe hotel:\n\n";
const TYPED = "the guest pays at the desk of the hotel and leaves ";
const DIAGRAM = "erDiagram\n    HOTEL ||--o{ ROOM : has\n";
// Longer than stopping may take by any measure.
const WATCHED_MS = 1_000;

if (process.env.KEEP_EXTENSION === undefined) await installExtensions();
const folder = await trainedProject({ "NOTES.md": NOTES, "typed.txt": "\n", "hotel.mmd": DIAGRAM });
const before = loadavg()[0];
const editor = await GeneratingEditor.open(folder, { size: { width: 1600, height: 900 } });
const { page } = editor;
const table = [];
try {
  await editor.statusBarSays(/[\d,]+ examples/);
  await generating();
  await typing();
  await preview();
} finally {
  await editor.close();
  print();
}

/** First text and stopping: cold, where no process for it runs yet, and warm. */
async function generating() {
  await editor.openFile("NOTES.md");
  const cold = [];
  for (let round = 0; round < COLD_ROUNDS; round++) {
    for (const id of await editor.processes(/server\.processes\.generator|server\.inference/)) process.kill(id, "SIGKILL");
    await editor.closeNotifications();
    cold.push(await firstText(`ERD for ${round + 2} hotels`));
    await stop();
    await reject();
  }
  const [warm, state, busy, reading] = [[], [], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    warm.push(await firstText(`ERD for a shop with ${round + 2} counters`));
    const stopped = await stop();
    state.push(stopped.state);
    busy.push(stopped.busy);
    await reject();
    await ask(`ERD for a library with ${round + 2} shelves`);
    reading.push((await stop()).state);
    await reject();
  }
  tell("first text, no process running yet", cold, 4_000);
  tell("first text, model in memory", warm, 1_000);
  tell("stop while it writes: it is said", state, 200);
  tell("stop while it writes: no processor time any more", busy, 200);
  tell("stop while it reads the prompt: it is said", reading, 200);
}

/** Typing in one file, while nothing is generated and while a text grows in the file beside it. */
async function typing() {
  await closeAll();
  await editor.openFile("typed.txt");
  await editor.command("View: Split Editor Right");
  await editor.openFile("NOTES.md");
  const [idle, meanwhile] = [[], []];
  for (let round = 0; round < 2; round++) {
    idle.push(...(await typed()));
    await focus("NOTES.md");
    await ask(`ERD for a museum with ${round + 2} halls, its guests, guides, tickets, shops, cafes and exhibitions`);
    await editor.streams();
    meanwhile.push(...(await typed(true)));
    await focus("NOTES.md");
    await stop();
    await reject();
  }
  tell("a typed character is seen, nothing generated", idle);
  tell("a typed character is seen, a text grows beside it", meanwhile);
  const [median, late] = [0.5, 0.95].map((part) => (quantile(meanwhile, part) / quantile(idle, part)).toFixed(2));
  table.push(["the second to the first", `× ${median}`, `× ${late}`, `${meanwhile.length}`, "unchanged"]);
}

/** From the last character of a new line to the picture that shows it. */
async function preview() {
  await closeAll();
  await editor.openFile("hotel.mmd");
  await editor.command("Mothertongue: Preview Diagram");
  const shown = await editor.webview("HOTEL");
  await focus("hotel.mmd");
  await page.keyboard.press("Control+End");
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    await page.keyboard.insertText(`    ROOM ||--|| BED${round} : hold`);
    await page.waitForTimeout(WATCHED_MS);
    const drawn = shown.waitForFunction(
      (label) => (document.querySelector("#picture svg")?.textContent?.split(label).length ?? 0) > 1 && Date.now(),
      `hold${round}`,
      { polling: "raf", timeout: WAIT_MS },
    );
    const start = await page.evaluate(() => Date.now());
    await page.keyboard.press(String(round));
    times.push(Number(await (await drawn).jsonValue()) - start);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Home");
  }
  tell("an edited diagram is drawn", times, 300);
}

/** Milliseconds from the request to its first line of Mermaid. */
async function firstText(prompt) {
  const start = await ask(prompt);
  const seen = await page.waitForFunction(
    () => [...document.querySelectorAll(".view-line")].some((line) => line.textContent.includes("erDiagram")) && Date.now(),
    undefined,
    { polling: 10, timeout: WAIT_MS },
  );
  return Number(await seen.jsonValue()) - start;
}

async function ask(prompt) {
  await page.keyboard.press("Control+End");
  return editor.generate("ERD", prompt);
}

/** Stops; milliseconds until that is said, and until the model takes no processor time any more. */
async function stop() {
  const [model] = await editor.processes(/ server\.inference$/);
  const start = Date.now();
  const busy = model === undefined ? 0 : lastWork(model, start);
  await page.keyboard.press("Escape");
  const gone = await page.waitForFunction(
    () => document.querySelector('[id*="mothertongue.generating"]') === null && Date.now(),
    undefined,
    {
      polling: 10,
      timeout: WAIT_MS,
    },
  );
  return { state: Number(await gone.jsonValue()) - start, busy: await busy };
}

/** When a process has last used its processors, in milliseconds from the start. */
async function lastWork(id, start) {
  let last = 0;
  let spent = await ticks(id);
  while (Date.now() - start < WATCHED_MS) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const now = await ticks(id);
    if (now !== spent) last = Date.now() - start;
    spent = now;
  }
  return last;
}

/** Of processor time, a hundredth of a second each; the last ones of a process that was ended. */
async function ticks(id) {
  const text = await readFile(`/proc/${id}/stat`, "utf8").catch(() => "");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}

async function reject() {
  const lens = editor.lens("Reject");
  // A text that was stopped before it began leaves nothing to reject.
  await lens.waitFor({ timeout: WATCHED_MS }).catch(() => undefined);
  if ((await lens.count()) > 0) await lens.click();
  await editor.judged();
}

async function closeAll() {
  // A file with changes would be asked about.
  await editor.command("File: Save All");
  await editor.command("View: Close All Editors");
}

async function focus(name) {
  await page.locator(`.tab[data-resource-name="${name}"]`).first().click();
}

/** Milliseconds from each key press to the frame that shows its character. */
async function typed(isGenerating = false) {
  await focus("typed.txt");
  await page.keyboard.press("Control+End");
  await page.evaluate(() => {
    const lines = document.activeElement.closest(".monaco-editor").querySelector(".view-lines");
    window.times = [];
    let pressed;
    const onKey = () => (pressed = performance.now());
    const observer = new MutationObserver(() => {
      const from = pressed;
      pressed = undefined;
      if (from !== undefined) requestAnimationFrame(() => window.times.push(performance.now() - from));
    });
    window.addEventListener("keydown", onKey, true);
    observer.observe(lines, { subtree: true, childList: true, characterData: true });
    window.endTyping = () => {
      window.removeEventListener("keydown", onKey, true);
      observer.disconnect();
    };
  });
  let isOver = false;
  for (const character of TYPED) {
    isOver ||= isGenerating && (await editor.generating().count()) === 0;
    if (isOver) break;
    await page.keyboard.press(character === " " ? "Space" : character);
    await page.waitForTimeout(50);
  }
  return page.evaluate(() => {
    window.endTyping();
    return window.times;
  });
}

function tell(what, times, aim) {
  const [median, late] = [0.5, 0.95].map((part) => inWords(quantile(times, part)));
  table.push([what, median, late, String(times.length), aim === undefined ? "" : inWords(aim)]);
}

function quantile(times, part) {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

function inWords(milliseconds) {
  return milliseconds < 1_000 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1_000).toFixed(1)} s`;
}

function print() {
  console.log(`Load of the machine (one-minute average): ${before.toFixed(1)} before, ${loadavg()[0].toFixed(1)} after\n`);
  for (const row of [["", "median", "95th percentile", "samples", "aim"], ["---", "---", "---", "---", "---"], ...table])
    console.log(`| ${row.join(" | ")} |`);
}
