// A real VS Code with the reference project and a model that was briefly trained on it, and what a person does to have a text generated.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { Editor, PYTHON, REPOSITORY, until, WAIT_MS } from "./editor.mjs";

const run = promisify(execFile);
// A whole text, on a machine that has other work.
const GENERATION_MS = 240_000;

/**
 * Makes the reference project with its data set and an adapter; the first time that takes the minutes of a training.
 *
 * @param files Text of further files, by name.
 */
export async function trainedProject(files) {
  const folder = path.join(await mkdtemp(path.join(tmpdir(), "mothertongue-trained-")), "harbour-stay");
  await run(PYTHON, ["-m", "tests.e2e.trained_project", folder], { cwd: REPOSITORY });
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  // A Python that has llama.cpp. A save ends a step of undo, and in the browser VS Code saves by itself.
  await mkdir(path.join(folder, ".vscode"));
  const settings = { "mothertongue.python": PYTHON, "files.autoSave": "off" };
  await writeFile(path.join(folder, ".vscode/settings.json"), JSON.stringify(settings));
  return folder;
}

/** Name of the one training of a project. */
export async function runOf(folder) {
  const [name] = (await readdir(path.join(folder, ".mothertongue/runs"))).filter((one) => one.startsWith("2"));
  return name;
}

export class GeneratingEditor extends Editor {
  /** Asks for a text at the cursor, from the palette; as `fillPrompt`. */
  async generate(kind, prompt) {
    await this.command("Mothertongue: Generate Here");
    return this.answer(kind, prompt);
  }

  /** Answers the two questions of "Generate Here"; as `fillPrompt`. */
  async answer(kind, prompt) {
    await this.row(kind).waitFor({ timeout: WAIT_MS });
    await this.pick(kind);
    return this.fillPrompt(prompt);
  }

  /** Answers the question for the prompt, and waits until the status bar says that something is generated. @returns When it was answered. */
  async fillPrompt(prompt) {
    const input = await this.promptInput();
    await input.fill(prompt);
    await this.row(prompt).waitFor();
    const answered = Date.now();
    await this.page.keyboard.press("Enter");
    await this.generating().waitFor({ timeout: WAIT_MS });
    return answered;
  }

  /** The field that asks for the prompt. */
  async promptInput() {
    const input = this.page.locator('.quick-input-widget input.input[placeholder^="In your words"]');
    await input.waitFor({ timeout: WAIT_MS });
    return input;
  }

  /** What the status bar says while a text is generated. */
  generating() {
    return this.page.locator('.statusbar-item[id*="mothertongue.generating"]');
  }

  /** Waits until some of the text is there. */
  async streams() {
    await this.generating()
      .filter({ hasText: /line \d/ })
      .waitFor({ timeout: WAIT_MS });
  }

  /** Waits until a further line of the text is there. */
  async grows() {
    const nLines = async () => Number(/line (\d+)/.exec((await this.generating().textContent()) ?? "")?.[1] ?? 0);
    const before = await nLines();
    await until(async () => (await nLines()) > before, `more than ${before} lines`);
  }

  /** Waits for ghost text that shows something. */
  async ghostText(text = /\w/) {
    const shown = this.page.locator(".ghost-text", { hasText: text }).first();
    await shown.waitFor({ timeout: GENERATION_MS });
  }

  /** Waits until there is no ghost text. */
  async noGhostText() {
    await until(async () => (await this.page.locator(".ghost-text", { hasText: /\w/ }).count()) === 0, "the ghost text to go");
  }

  /** Waits until a text stands behind a line, which is not part of the file. */
  async noteAtLine(line, text) {
    await until(
      async () => (await this.notesAtLine(line)).includes(text),
      `“${text}” behind “${line}”`,
      () => this.notesAtLine(line),
    );
  }

  /** Waits until nothing stands behind a line. */
  async noNoteAtLine(line) {
    await until(async () => !/\S/.test(await this.notesAtLine(line)), `nothing to stand behind “${line}”`);
  }

  /** What stands behind a line, or how it is written there, as CSS names it: decorations come from style sheets. */
  async notesAtLine(line, property = "content") {
    // The editor writes spaces that do not break.
    const pattern = new RegExp(line.replaceAll(/[^\w\s]/g, "\\$&").replaceAll(" ", "\\s"));
    const parts = this.page.locator(".view-line", { hasText: pattern }).locator("span");
    const notes = await parts.evaluateAll((spans, property) => {
      const styles = spans.map((span) => getComputedStyle(span, "::after"));
      return styles.filter(({ content }) => content !== "none" && content !== "normal").map((style) => style[property]);
    }, property);
    return notes.join(" ");
  }

  /** Another window on the same workspace; it ends with this one. */
  async secondWindow() {
    const other = Object.assign(new this.constructor(), this);
    await other.openWindow();
    return other;
  }

  /** Waits until nothing is generated any more. */
  async ended() {
    await this.generating().waitFor({ state: "detached", timeout: GENERATION_MS });
  }

  /** Waits for a text that can be judged; where the parser took none of the drafts, does what the message offers. */
  async shown() {
    for (let attempt = 0; attempt < 5; attempt++) {
      await this.ended();
      if (await appears(this.lens("Accept"))) return;
      await this.page.getByRole("button", { name: "Try Again" }).last().click();
      await this.generating().waitFor({ timeout: WAIT_MS });
    }
    throw new Error("no diagram that the parser accepts came out");
  }

  /** Above a generated text. */
  lens(title) {
    return this.page.locator(".codelens-decoration a", { hasText: title }).first();
  }

  /** Waits until nothing waits for a verdict any more. */
  async judged() {
    await until(async () => (await this.lens("Accept").count()) === 0, "the lenses to go");
  }

  /** The file of the active tab as it is on disk after a save. */
  async saved(folder, name) {
    await this.command("File: Save");
    await until(async () => (await this.page.locator(".tab.active.dirty").count()) === 0, "the file to be saved");
    return readFile(path.join(folder, name), "utf8");
  }

  /** Puts the cursor behind the text of a line. */
  async clickLine(text) {
    await this.page.locator(".view-line", { hasText: text }).first().click();
    await this.page.keyboard.press("End");
  }
}

/** First columns of what a query finds in a project's store. */
export async function query(folder, sql) {
  const script =
    "import sqlite3, sys; [print(row[0]) for row in sqlite3.connect(f'file:{sys.argv[1]}?mode=ro', uri=True).execute(sys.argv[2])]";
  const { stdout } = await run(PYTHON, ["-c", script, path.join(folder, ".mothertongue/store.sqlite3"), sql]);
  return stdout.split("\n").slice(0, -1);
}

function appears(locator) {
  return locator.waitFor({ timeout: 5_000 }).then(
    () => true,
    () => false,
  );
}
