// "Get Started" as a new user goes through it: a profile and a project that nothing is known of, and each step by the button that it offers, up to
// a diagram that a model of the project's own has drawn.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { installExtensions, motherProject, PYTHON, until, WAIT_MS } from "./editor.mjs";
import { GeneratingEditor, runOf } from "./generating.mjs";

const PYTHON_STEP = 0;
const [BUILD, ADD, EXPORT, ENVIRONMENT, TRAIN, GENERATE] = [1, 2, 3, 4, 5, 6];
const HOTEL = "ERD for a hotel booking system";

let editor;
let folder;

before(async () => {
  if (process.env.KEEP_EXTENSION === undefined) await installExtensions();
  // An interpreter that has what "Set Up Model Environment" would install.
  folder = await motherProject();
  editor = await GeneratingEditor.open(folder, { settings: { "mothertongue.python": PYTHON, "mothertongue.target": 600 } });
});

after(async () => {
  await editor?.screenshot("walkthrough-last");
  await editor?.close();
});

test("the side bar leads to the walkthrough, and its steps to a diagram by the project's own model", async () => {
  await editor.statusBarSays(/no data set/);
  await editor.command("Mothertongue: Focus on Data Set View");
  const welcome = editor.page.locator(".welcome-view-content", { hasText: "Read this project" });
  await welcome.waitFor();
  await editor.screenshot("walkthrough-welcome");
  await welcome.getByText("Get started").click();
  await editor.page.locator(".getting-started-step").first().waitFor({ timeout: WAIT_MS });
  await step(PYTHON_STEP);
  await editor.screenshot("walkthrough-python");
  await isDone(PYTHON_STEP);
  for (const other of [BUILD, ADD, EXPORT, TRAIN, GENERATE]) await isDone(other, false);

  await press(BUILD, "Build Fine-Tune Dataset");
  await editor.pick("Code Prototype");
  await editor.notification("training and");
  await editor.screenshot("walkthrough-build");
  await editor.closeNotifications();
  await isDone(BUILD);

  await press(ADD, "Show Explorer");
  await editor.screenshot("walkthrough-add");
  await editor.contextMenu(editor.row("backend"), "Add Examples");
  await editor.notification(/Examples added: \d+/);
  await editor.closeNotifications();
  await isDone(ADD);

  // Building has exported already.
  await isDone(EXPORT);
  await press(EXPORT, "Show Report");
  await (await editor.webview("Checks")).locator("h1").waitFor();
  await editor.screenshot("walkthrough-report");

  // The Python that was chosen can do all already, and the views say so.
  await isDone(ENVIRONMENT);
  await editor.command("Mothertongue: Focus on Models View");
  await editor.page.locator(".welcome-view-content", { hasText: "it comes out of a training" }).waitFor();
  await press(ENVIRONMENT, "Set Up Model Environment");
  await editor.row("Processor only").waitFor();
  await editor.screenshot("walkthrough-environment");
  await editor.page.keyboard.press("Escape");

  await press(TRAIN, "Train Model");
  const form = await editor.webview("Train Model");
  await form.getByText(/Takes \d+ minutes/).waitFor({ timeout: WAIT_MS });
  await editor.screenshot("walkthrough-train");
  await form.locator("input[name=minutes]").fill("0.2");
  await form.getByText(/Takes less than a minute/).waitFor({ timeout: WAIT_MS });
  await form.locator("#start").click();
  const run = await editor.webview("Training of");
  await run.locator("#state", { hasText: "Finished." }).waitFor({ timeout: 4 * WAIT_MS });
  await editor.screenshot("walkthrough-trained");
  await isDone(TRAIN);

  await editor.page.locator('.statusbar-item[id*="mothertongue.model"]', { hasText: await runOf(folder) }).waitFor({ timeout: WAIT_MS });
  await press(GENERATE, "Generate Here");
  await editor.answer("ERD", HOTEL);
  await editor.page.locator(".tab", { hasText: "Untitled-1" }).first().waitFor();
  await editor.shown();
  await isDrawn();
  await editor.screenshot("walkthrough-generated");
  await editor.lens("Accept").click();
  await editor.judged();
  await isDone(GENERATE);
  await editor.screenshot("walkthrough-done");
});

test("the side bar counts what was added and accepted since the training, and the form takes it in", async () => {
  await editor.command("Mothertongue: Focus on Data Set View");
  const offer = editor.row(/New since the last training\d+/);
  await offer.waitFor({ timeout: WAIT_MS });
  const count = Number(/\d+$/.exec((await offer.textContent()).trim())[0]);
  await editor.screenshot("walkthrough-new-example");
  await offer.click();
  const form = await editor.webview("Train Model");
  await form.getByText(`${count} examples that you added, accepted or corrected since`).waitFor({ timeout: WAIT_MS });
  await editor.screenshot("walkthrough-train-again");
  await form.getByRole("button", { name: "Export Again" }).click();
  await form.locator("#exportAgain").waitFor({ state: "detached", timeout: 2 * WAIT_MS });
  await form.locator("#start:enabled").waitFor({ timeout: WAIT_MS });
  await editor.closeNotifications();
  // Exported is not trained.
  await editor.row(new RegExp(`New since the last training${count}`)).waitFor({ timeout: WAIT_MS });
});

test("VS Code's own Markdown preview draws what was generated, as it is", async () => {
  await editor.page.locator('.tab[data-resource-name="Untitled-1"]').click();
  await editor.command("Markdown: Open Preview");
  const preview = await until(async () => {
    for (const frame of editor.page.frames()) if ((await frame.locator(".mermaid svg").count()) > 0) return frame;
    return undefined;
  }, "the picture in the Markdown preview");
  await editor.screenshot("markdown-preview");
  assert.ok((await preview.locator(".mermaid svg").first().textContent()).trim().length > 0);
});

/** Opens a step of the walkthrough, which may have lost the view to what another step has opened. */
async function step(index) {
  const steps = editor.page.locator(".getting-started-step");
  if (!(await steps.first().isVisible())) await editor.command("Mothertongue: Get Started");
  await steps.nth(index).waitFor({ timeout: WAIT_MS });
  if (!(await steps.nth(index).getAttribute("class")).includes("expanded")) await steps.nth(index).click();
  await editor.page.locator(".getting-started-step.expanded").nth(0).waitFor();
  return steps.nth(index);
}

/** Presses a button of a step. */
async function press(index, label) {
  const opened = await step(index);
  await opened.locator("a.monaco-button", { hasText: label }).click();
}

/** Waits until a step has its tick, or sees that it has none. */
async function isDone(index, isWanted = true) {
  const tick = (await step(index)).locator(".codicon[role=checkbox]").first();
  await until(
    async () => ((await tick.getAttribute("aria-checked")) === "true") === isWanted,
    `step ${index + 1} to be ${isWanted ? "done" : "open"}`,
  );
}

async function isDrawn() {
  const picture = (await editor.webview()).locator("#picture svg");
  await picture.waitFor({ timeout: WAIT_MS });
  assert.ok((await picture.textContent()).trim().length > 0);
}
