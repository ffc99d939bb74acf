// What a person does with a project that is trusted, from the first build to a crash of the language server. One window; each test goes on
// where the one before has ended.
import assert from "node:assert/strict";
import { readFile, writeFile, readdir } from "node:fs/promises";
import path from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { Editor, installExtensions, motherProject, numberIn, until } from "./editor.mjs";

let editor;
let folder;

before(async () => {
  if (process.env.KEEP_EXTENSION === undefined) await installExtensions();
  folder = await motherProject();
  editor = await Editor.open(folder);
});

after(() => editor.close());

afterEach(async (context) => {
  if (context.error) await editor.screenshot(`failed-${context.name.replaceAll(/\W+/g, "-")}`);
  await editor.closeNotifications();
});

describe("the first build", () => {
  test("the side bar says what to do", async () => {
    await editor.page.locator('.activitybar .action-item a[aria-label^="Mothertongue"]').click();
    await editor.page.locator(".welcome-view-content", { hasText: "Read this project" }).waitFor();
    await editor.screenshot("side-bar-before-the-build");
    assert.match((await editor.statusBarSays(/no data set/))[0], /no data set/);
  });

  test("Build Fine-Tune Dataset asks for the artifact type and shows progress that can be cancelled", async () => {
    await editor.command("Mothertongue: Build Fine-Tune Dataset");
    await editor.row("ERD").waitFor();
    await editor.screenshot("artifact-types");
    await editor.pick("Code Prototype");
    const progress = await editor.notification("Building the data set");
    await progress.getByRole("button", { name: "Cancel" }).waitFor();
    await until(
      async () => /\d+ of \d+|%|files/i.test(await progress.textContent()),
      "a stage of the progress",
      () => progress.textContent(),
    );
    await editor.screenshot("progress");
    await editor.notification("training and");
    await editor.screenshot("built");
  });

  test("the status bar shows the count, and the row file is there", async () => {
    const [, examples] = await editor.statusBarSays(/([\d,]+) examples/);
    assert.ok(numberIn(examples) > 393, examples);
    const files = await readdir(path.join(folder, "finetune_datasets"));
    const rows = files.find((name) => /^code_prototype_\d{8}\.jsonl$/.test(name));
    assert.ok(rows, files.join());
    const text = await readFile(path.join(folder, "finetune_datasets", rows), "utf8");
    assert.ok(text.trim().split("\n").length > 4_000);
  });

  test("the JSONL opens in the editor", async () => {
    await editor.command("Mothertongue: Open Exported File");
    await editor.page.locator(".tab", { hasText: /code_prototype_\d{8}\.jsonl/ }).waitFor();
    await editor.page.locator(".view-line", { hasText: '"prompt"' }).first().waitFor();
    await editor.screenshot("rows");
  });

  test("asked again, it remembers the type", async () => {
    await editor.command("Mothertongue: Build Fine-Tune Dataset");
    const first = editor.page.locator(".quick-input-list .monaco-list-row").first();
    await first.waitFor();
    assert.match(await first.textContent(), /Code Prototype.*chosen at present/);
    await editor.page.keyboard.press("Escape");
  });
});

describe("looking at the data set", () => {
  test("the tree leads from families over files to an example beside its source", async () => {
    await editor.command("Mothertongue: Focus on Data Set View");
    await editor.expand("Variations");
    await editor.expand(/Controller\.cs/);
    await editor.screenshot("tree");
    await editor.row(/^generate/).click();
    await editor.page.locator(".tab", { hasText: /generate-.*\.md/ }).waitFor();
    await editor.page.locator(".tab", { hasText: /Controller\.cs/ }).waitFor();
    await editor.page.locator(".view-line", { hasText: "Prompt" }).first().waitFor();
    await editor.screenshot("example-beside-source");
  });

  test("the report opens in a panel with the editor's colours", async () => {
    await editor.command("Mothertongue: Show Report");
    const report = await editor.webview();
    await report.locator("h1").waitFor();
    await report.locator("#list [role=option]").first().waitFor();
    const colours = await report
      .locator("body")
      .evaluate((body) => [
        getComputedStyle(body).backgroundColor,
        getComputedStyle(body.ownerDocument.documentElement).getPropertyValue("--vscode-editor-background"),
      ]);
    assert.deepEqual(colours, ["rgb(255, 255, 255)", "#ffffff"]);
    await editor.screenshot("report");
  });
});

describe("adding what matters", () => {
  test("a right-click on a file in the explorer adds its examples", async () => {
    await editor.openFile("order.service.ts");
    await editor.command("File: Focus on Files Explorer");
    const before = await countNow();
    await editor.contextMenu(editor.row(/^order\.service\.ts/), "Add Examples", "explorer-menu");
    await editor.notification(/Examples added: \d+, from .*order\.service\.ts/);
    await editor.screenshot("examples-added");
    await until(
      async () => (await countNow()) > before,
      "the count to grow",
      () => countNow(),
    );
  });

  test("a folder and a file that are selected together are added together", async () => {
    await editor.command("File: Focus on Files Explorer");
    const file = editor.row(/^order\.service\.ts/);
    await file.click();
    await editor.page.keyboard.press("Shift+ArrowUp");
    await editor.contextMenu(file, "Add Examples");
    const said = await editor.notification(/Examples added: \d+, from 2 files/);
    assert.ok(said);
  });

  test("a selection in the editor is added with a prompt of one's own", async () => {
    await editor.openFile("order.service.ts");
    await editor.page.keyboard.press("Control+A");
    const before = await countNow();
    await editor.contextMenu(editor.page.locator(".editor-instance .view-line").nth(5), "Add Selection as Example");
    const input = editor.page.locator(".quick-input-widget input.input");
    await input.waitFor();
    await editor.screenshot("selection-prompt");
    await input.fill("Place an order and tell everybody who watches");
    await editor.page.keyboard.press("Enter");
    await editor.notification(/Examples added: \d+, from .*order\.service\.ts/);
    await until(
      async () => (await countNow()) > before,
      "the count to grow",
      () => countNow(),
    );
  });

  test("the reason why a file is in the data set is told", async () => {
    await editor.openFile("order.service.ts");
    await editor.command("Mothertongue: Why Is This File in the Data Set, or Not?");
    await editor.notification("order.service.ts");
  });
});

describe("keeping it true", () => {
  const added =
    "\nexport function isNightRate(hour: number): boolean {\n  return hour < 6 || hour >= 22;\n}\n\n" +
    "/** Splits a bill evenly, the remainder going to the first guests. */\nexport function splitBill(cents: number, guests: number): number[] {\n" +
    "  const share = Math.floor(cents / guests);\n  const remainder = cents % guests;\n  return Array.from({ length: guests }, (_, guest) => share + (guest < remainder ? 1 : 0));\n}\n";

  test("a saved file changes the count", async () => {
    const before = await countNow();
    await editor.openFile("order.service.ts");
    await editor.page.keyboard.press("Control+End");
    await editor.page.evaluate((text) => navigator.clipboard.writeText(text), added);
    await editor.page.keyboard.press("Control+V");
    await editor.page.keyboard.press("Control+S");
    await until(
      async () => (await countNow()) !== before,
      "the count to change",
      () => countNow(),
    );
    await editor.screenshot("saved");
  });

  test("while paused a changed file waits, and is taken in on resuming", async () => {
    await editor.command("Mothertongue: Pause");
    await editor.page.locator('.statusbar-item[id*="mothertongue.status"] .codicon-debug-pause').waitFor();
    const before = await countNow();
    const file = path.join(folder, "frontend/src/app/night-rate.ts");
    await writeFile(file, `/** The price of a night. */${added}`);
    await editor.screenshot("paused");
    await editor.command("Mothertongue: Resume");
    await until(
      async () => (await countNow()) > before,
      "the count to grow",
      () => countNow(),
    );
  });

  test("Verify shows progress and can be cancelled", async () => {
    await editor.command("Mothertongue: Verify");
    const progress = await editor.notification(/Parsing|Reading/);
    await progress.getByRole("button", { name: "Cancel" }).click();
    await editor.statusBarSays(/[\d,]+ examples/);
    assert.equal(await editor.page.locator(".notification-toast .codicon-error").count(), 0);
  });

  test("the Doctor tells what is there", async () => {
    await editor.command("Mothertongue: Doctor");
    const page = await editor.webview("Doctor");
    await page.locator("td", { hasText: "Python" }).first().waitFor();
    await editor.screenshot("doctor");
  });
});

describe("trouble", () => {
  test("a language server that is killed comes back, and one message says so", async () => {
    await editor.command("View: Close All Editors");
    await editor.killServer();
    await editor.notification("ended unexpectedly");
    await editor.screenshot("killed");
    await editor.statusBarSays(/[\d,]+ examples/);
    assert.equal(await editor.page.locator(".notification-toast").count(), 1);
  });

  test("after five crashes it stays off and says so, until it is restarted", async () => {
    for (let crash = 2; crash <= 5; crash++) {
      await editor.statusBarSays(/[\d,]+ examples/);
      await editor.killServer();
    }
    await editor.notification("five times within three minutes");
    await editor.statusBarSays(/stopped/);
    assert.equal(await editor.page.locator(".notification-toast").count(), 1);
    await editor.command("Mothertongue: Focus on Data Set View");
    await editor.page.locator(".welcome-view-content", { hasText: "is not running" }).waitFor();
    await editor.screenshot("given-up");
    await editor.command("Mothertongue: Restart Server");
    await editor.statusBarSays(/[\d,]+ examples/);
  });
});

async function countNow() {
  const [, count] = await editor.statusBarSays(/([\d,]+) examples/);
  return numberIn(count);
}
