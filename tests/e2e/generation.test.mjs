// Generating in the editor, with the embedded model as it comes: what it writes is not judged here, but where it stands and what becomes of it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Editor, installExtension, motherProject, until, WAIT_MS } from "./editor.mjs";

const run = promisify(execFile);
const PYTHON = fileURLToPath(new URL("../../.venv/bin/python", import.meta.url));
const NOTES = "# Notes\n\nThe hotel:\n\n";
const CODE = "namespace HarbourStay;\n\npublic static class Prices\n{\n    // below\n}\n";

let editor;
let folder;

before(async () => {
  if (process.env.KEEP_EXTENSION === undefined) await installExtension();
  folder = await motherProject();
  await writeFile(path.join(folder, "NOTES.md"), NOTES);
  await writeFile(path.join(folder, "Prices.cs"), CODE);
  // A Python that has llama.cpp. A save ends a step of undo, and in the browser VS Code saves by itself.
  await mkdir(path.join(folder, ".vscode"));
  await writeFile(path.join(folder, ".vscode/settings.json"), JSON.stringify({ "mothertongue.python": PYTHON, "files.autoSave": "off" }));
  editor = await Editor.open(folder);
  await editor.statusBarSays(/no data set/);
});

after(() => editor?.close());

afterEach(async (context) => {
  if (context.error) await editor.screenshot(`failed-${context.name.replaceAll(/\W+/g, "-")}`);
  await editor.closeNotifications();
});

describe("in Markdown", () => {
  test("a diagram streams into a fence, visibly, and Escape stops it", async () => {
    await editor.openFile("NOTES.md");
    await editor.page.keyboard.press("Control+End");
    await generate("ERD", "ERD for a hotel booking system");
    await streams();
    await editor.page.locator(".view-line", { hasText: /erDiagram/ }).waitFor();
    await editor.page.locator(".tab", { hasText: "Preview NOTES.md" }).waitFor();
    await editor.screenshot("generating");
    await editor.page.keyboard.press("Escape");
    await lens("Accept").waitFor();
    await lens("Preview").click();
    await editor.screenshot("generated");
    assert.equal(await generating().count(), 0);
    const text = await saved("NOTES.md");
    assert.ok(text.startsWith(`${NOTES}\`\`\`mermaid\nerDiagram`), text);
    assert.match(text, /\n```$/);
  });

  test("one undo takes all of it back", async () => {
    await editor.page.locator(".view-line", { hasText: "Notes" }).first().click();
    await editor.page.keyboard.press("Control+Z");
    await until(async () => (await lens("Accept").count()) === 0, "the lenses to go");
    assert.equal(await saved("NOTES.md"), NOTES);
  });

  test("what is accepted becomes an example with its prompt", async () => {
    await editor.page.keyboard.press("Control+End");
    await generate("API documentation", "Document the endpoint that cancels a booking");
    await streams();
    await editor.page.keyboard.press("Escape");
    await lens("Accept").click();
    await until(
      async () => (await verdicts()).includes("accepted"),
      "the verdict",
      () => editor.log(),
    );
    await until(async () => (await lens("Accept").count()) === 0, "the lenses to go");
    assert.ok((await saved("NOTES.md")).length > NOTES.length);
    const { stdout } = await query("SELECT prompt || '|' || language FROM own");
    assert.equal(stdout.trim(), "Document the endpoint that cancels a booking|markdown");
    await editor.command("Mothertongue: Focus on Data Set View");
    await editor.row(/Your own, not trained on yet1/).waitFor({ timeout: WAIT_MS });
    await editor.screenshot("new-examples");
  });
});

describe("in code", () => {
  test("recent prompts are offered, and typing elsewhere is safe", async () => {
    await editor.openFile("Prices.cs");
    await editor.page.locator(".view-line", { hasText: "// below" }).click();
    await editor.command("Mothertongue: Generate Here");
    await editor.pick("Code");
    await editor.row("Document the endpoint that cancels a booking").waitFor();
    await editor.screenshot("recent-prompts");
    await editor.page.locator(".quick-input-widget input.input").fill("methods that add and multiply prices");
    await editor.page.keyboard.press("Enter");
    await streams();
    await editor.page.locator(".view-line", { hasText: "namespace" }).click();
    await editor.page.keyboard.press("Home");
    await editor.page.keyboard.type("using System;");
    await editor.page.keyboard.press("Enter");
    await editor.screenshot("typing-meanwhile");
    await lens("Accept").waitFor({ timeout: WAIT_MS });
    const text = await saved("Prices.cs");
    assert.ok(text.startsWith("using System;\nnamespace HarbourStay;\n"), text);
    assert.match(text, /\/\/ below\n {4}\S/);
    assert.ok(text.endsWith("\n}\n"), text);
    assert.doesNotMatch(text, /```/);
  });

  test("what is rejected goes, and is remembered as such", async () => {
    await lens("Reject").click();
    await until(
      async () => (await verdicts()).includes("rejected"),
      "the verdict",
      () => editor.log(),
    );
    assert.equal(await saved("Prices.cs"), `using System;\n${CODE}`);
  });

  test("the model is killed in mid-stream: it is said, the text is as before, and the next request works", async () => {
    await editor.page.locator(".view-line", { hasText: "// below" }).click();
    await generate("Code", "methods that divide and round prices");
    await streams();
    const [model] = await editor.processes(/ server\.inference$/);
    process.kill(model, "SIGKILL");
    await editor.notification("the generating process ended");
    await editor.screenshot("killed-in-mid-stream");
    await until(async () => (await generating().count()) === 0, "the state to go");
    assert.equal(await saved("Prices.cs"), `using System;\n${CODE}`);
    await editor.closeNotifications();
    await editor.page.locator(".view-line", { hasText: "// below" }).click();
    await generate("Code", "methods that divide and round prices");
    await streams();
    await editor.page.locator(".view-line", { hasText: "namespace" }).click();
    await editor.page.keyboard.press("Escape");
    await lens("Reject").click();
    await until(async () => (await lens("Reject").count()) === 0, "the lenses to go");
  });
});

async function generate(kind, prompt) {
  await editor.command("Mothertongue: Generate Here");
  await editor.row(kind).waitFor();
  await editor.pick(kind);
  await editor.page.locator(".quick-input-widget", { hasText: "Generate Here" }).locator("input.input").waitFor();
  await until(
    async () => (await editor.page.locator(".quick-input-widget input.input").getAttribute("placeholder"))?.startsWith("In your words"),
    "the question",
  );
  await editor.page.locator(".quick-input-widget input.input").fill(prompt);
  await editor.page.keyboard.press("Enter");
}

/** Waits until some of the text is there. */
async function streams() {
  await until(
    async () =>
      /line \d/.test(
        (await generating()
          .textContent({ timeout: 500 })
          .catch(() => "")) ?? "",
      ),
    "the text to come",
    () => editor.log(),
  );
}

function generating() {
  return editor.page.locator('.statusbar-item[id*="mothertongue.generating"]');
}

function lens(title) {
  return editor.page.locator(".codelens-decoration a", { hasText: title }).first();
}

/** The file as it is on disk after a save. */
async function saved(name) {
  await editor.command("File: Save");
  await until(async () => (await editor.page.locator(".tab.active.dirty").count()) === 0, "the file to be saved");
  return readFile(path.join(folder, name), "utf8");
}

async function verdicts() {
  const { stdout } = await query("SELECT verdict FROM judged").catch(() => ({
    stdout: "",
  }));
  return stdout.trim().split("\n");
}

function query(sql) {
  const script =
    "import sqlite3, sys; [print(row[0]) for row in sqlite3.connect(f'file:{sys.argv[1]}?mode=ro', uri=True).execute(sys.argv[2])]";
  return run(PYTHON, ["-c", script, path.join(folder, ".mothertongue/store.sqlite3"), sql]);
}
