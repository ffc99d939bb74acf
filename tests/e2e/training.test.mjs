// Training in the editor: the form, a live run of a tiny base on the reference project's export, and its page, which outlives the window.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { installExtensions, motherProject, numberIn, until, WAIT_MS } from "./editor.mjs";
import { GeneratingEditor } from "./generating.mjs";

const run = promisify(execFile);
const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const PYTHON = path.join(REPOSITORY, ".venv/bin/python");
// A finished run of a tiny base, so that there is a base to choose and something to look back at.
const EARLIER = "20261122-101500-a1b2";
const MAKE_EARLIER = `
import json, sys
from pathlib import Path
from tests.server.training.tiny import make_base, make_run
folder = Path(sys.argv[1])
run = make_run(folder / ".mothertongue/runs/${EARLIER}", make_base(folder.parent / "tiny-base").resolve())
run.append("prepared", base="tiny-base", n_rows=40, n_validation_rows=8, place="float32", learning_rate=0.01)
for step in range(1, 61):
    run.append("step", step=step, planned_steps=60, elapsed_s=step * 2.0, eta_s=120 - step * 2.0, loss=0.9 + 1.2 / step ** 0.5, tokens_per_second=800.0)
for step in range(0, 61, 12):
    run.append("validation", step=step, validation_loss=1.0 + 0.8 / (1 + step / 12), best=True)
run.append("diagnosis", text="The training loss went from 1.85 to 1.06; that is above the 0.5 to 1.0 that a full run ends in.")
run.append("finished", ending="finished", step=60, n_tokens=96000, elapsed_s=120.0)
run.update(status="finished", step=60, planned_steps=60, message="Done after 60 steps.", base_validation_loss=1.8, best_validation_loss=1.13)
erd = "erDiagram\\n  GUEST ||--o{ RESERVATION : makes\\n  RESERVATION }o--|| ROOM : for\\n  HOTEL ||--o{ ROOM : has\\n  RESERVATION ||--|| PAYMENT : \\"paid by\\""
flow = "sequenceDiagram\\n  User->>Front end: forgot password\\n  Front end->>API: POST /reset\\n  API->>Database: store token\\n  API->>User: email"
code = "public class UsersController : ApiControllerBase\\n{\\n    public UsersController(IMongoDBSettings settings) { }\\n}"
def answer(prompt, language, text, valid, **checks):
    fenced = f"\`\`\`{language}\\n{text}\\n\`\`\`" if language else text
    return {"prompt": prompt, "answer": fenced, "valid": valid, "stopped": True, "checks": checks}
first, second, third = "Generate an ERD for a hotel booking system", "Create a user registration controller with MongoDB", "Sequence diagram for password reset flow"
before = [
    answer(first, "", "An ERD is a diagram that shows entities. An ERD is a diagram that shows entities.", False, Guest=False, Hotel=False),
    answer(second, "csharp", "class User { }", True, **{"injected settings": False}),
    answer(third, "mermaid", "sequenceDiagram\\n  User->>", False, user=True, email=False),
]
later = [answer(first, "mermaid", erd, True, Guest=True, Hotel=True), answer(second, "csharp", code, True, **{"injected settings": True}), answer(third, "mermaid", flow, True, user=True, email=True)]
(run.path / "evaluation").mkdir()
models = [{"name": "base", "answer_loss": 1.79, "first_prompts": before}, {"name": "adapter", "answer_loss": 1.12, "first_prompts": later}]
(run.path / "evaluation/evaluation.json").write_text(json.dumps({"models": models}))
`;

let editor;
let folder;

before(async () => {
  if (process.env.KEEP_EXTENSION === undefined) await installExtensions();
  folder = await motherProject();
  await mkdir(path.join(folder, ".vscode"));
  await writeFile(
    path.join(folder, ".vscode/settings.json"),
    JSON.stringify({ "mothertongue.python": PYTHON, "mothertongue.model": "embedded" }),
  );
  editor = await GeneratingEditor.open(folder);
  await editor.statusBarSays(/no data set/);
});

after(async () => {
  // It outlives the editor, so it is ended here.
  if (folder !== undefined) await run(PYTHON, ["-m", "server.cli", "runs", "stop", "--project", folder]).catch(() => undefined);
  await editor?.close();
});

afterEach(async (context) => {
  if (context.error) await editor.screenshot(`failed-${context.name.replaceAll(/\W+/g, "-")}`);
  await editor.closeNotifications();
});

describe("the form", () => {
  test("without an export there is the offer to build", async () => {
    await editor.command("Mothertongue: Train Model");
    const offer = await editor.notification("There is nothing to train on yet");
    await offer.getByRole("button", { name: "Build Fine-Tune Dataset" }).waitFor();
  });

  test("offers what there is, says what is wrong, and how long it will take", async () => {
    await run(PYTHON, ["-c", MAKE_EARLIER, folder], { cwd: REPOSITORY });
    await run(PYTHON, ["-m", "server.cli", "export", "--target", "600", "--project", folder], { cwd: REPOSITORY });
    await editor.command("Mothertongue: Train Model");
    const form = await editor.webview("Train Model");
    await form.locator("#export option", { hasText: /code_prototype_\d{8}\.jsonl, \d+ rows/ }).waitFor({ state: "attached" });
    await form.getByText("Takes 10 minutes").waitFor({ timeout: WAIT_MS });
    await form.locator("#base").selectOption({ label: "tiny-base" });
    await form.locator("input[name=minutes]").fill("0");
    await form.getByText("Minutes: a number from").waitFor();
    assert.equal(await form.locator("#start").isDisabled(), true);
    await editor.screenshot("train-form-problem");
    await form.locator("input[name=minutes]").fill("45");
    await form.getByText("Takes 45 minutes").waitFor({ timeout: WAIT_MS });
    await editor.screenshot("train-form");
  });
});

describe("a run", () => {
  test("starts, and its page shows the curves as they grow", async () => {
    const form = await editor.webview("Train Model");
    await form.locator("#start").click();
    const page = await editor.webview("Training of");
    await says(page, "You can go on working");
    const points = await until(async () => (await length(page)) > 3 && length(page), "the curve to begin");
    await until(async () => (await length(page)) > points, "the curve to grow");
    await page.getByText(/Step \d+ of [\d,]+/).waitFor();
    await until(
      async () => /Training \d+ %, .* left/.test(await inStatusBar()),
      "the status bar",
      () => inStatusBar(),
    );
    await editor.screenshot("training");
  });

  test("is the only one", async () => {
    await editor.command("Mothertongue: Train Model");
    await editor.notification("One runs at a time");
    await says(await editor.webview("Training of"), "You can go on working");
  });

  test("stops with its best adapter, and goes on where it was", async () => {
    const page = await editor.webview("Training of");
    await page.locator("#stop").click();
    await says(page, "It can go on where it was");
    await page.getByText(/The training loss (went from|was)/).waitFor();
    await editor.screenshot("training-stopped");
    const before = await steps(page);
    await page.locator("#resume").click();
    await says(page, "You can go on working");
    await until(async () => (await steps(page)) > before, "further steps");
  });

  test("and its page are still there when the window is loaded anew", async () => {
    const before = await steps(await editor.webview("Training of"));
    await editor.page.reload({ timeout: WAIT_MS, waitUntil: "commit" });
    const page = await editor.webview("Training of");
    await says(page, "You can go on working");
    await until(async () => (await steps(page)) > before, "further steps");
    await until(
      async () => /Training \d+ %/.test(await inStatusBar()),
      "the status bar",
      () => inStatusBar(),
    );
    await editor.screenshot("training-after-reload");
  });

  // After the window was loaded anew: what a window shows is remembered by folder, so the other one's editors would be opened.
  test("goes on while another window shows it and generates", async () => {
    const before = await steps(await editor.webview("Training of"));
    const other = await editor.secondWindow();
    await until(
      async () => /Training \d+ %/.test(await inStatusBar(other)),
      "the other window's status bar",
      () => inStatusBar(other),
    );
    await other.openFile("README.md");
    await other.page.keyboard.press("Control+End");
    await other.generate("Code", "a function that adds nights");
    await other.streams();
    await other.screenshot("generating-while-training");
    await other.page.keyboard.press("Escape");
    await other.lens("Reject").click();
    await other.judged();
    await other.page.close();
    await editor.page.bringToFront();
    const page = await editor.webview("Training of");
    await says(page, "You can go on working");
    await until(async () => (await steps(page)) > before, "further steps");
    await page.locator("#stop").click();
    await says(page, "It can go on where it was");
  });

  test("is measured before and after", async () => {
    const page = await editor.webview("Training of");
    await page.locator("#evaluate").click();
    await page.locator("#openEvaluation").waitFor({ timeout: WAIT_MS });
    await page.getByText(/Loss on held-out rows \d/).waitFor();
    const [newest] = (await readdir(path.join(folder, ".mothertongue/runs"))).filter((name) => name > EARLIER && name[0] === "2");
    const found = JSON.parse(await readFile(path.join(folder, ".mothertongue/runs", newest, "evaluation/evaluation.json"), "utf8"));
    assert.deepEqual(
      found.models.map(({ name }) => name),
      ["base", "adapter"],
    );
  });
});

describe("an earlier run", () => {
  test("opens from the tree, with answers before and after as pictures", async () => {
    await editor.command("Mothertongue: Focus on Training Runs View");
    await editor.row(EARLIER).click();
    const page = await editor.webview("Generate an ERD for a hotel");
    await until(async () => (await page.locator(".diagram svg").count()) === 2, "the pictures");
    await page.getByText("The Mermaid parser refuses it.").waitFor();
    await editor.screenshot("training-finished");
    await page.locator(".sample").first().scrollIntoViewIfNeeded();
    await editor.screenshot("training-samples");
  });

  test("in the dark theme and in a narrow window", async () => {
    await editor.command("Preferences: Toggle between Light/Dark Themes");
    const page = await editor.webview("Generate an ERD for a hotel");
    await until(async () => (await page.locator("body.vscode-dark").count()) === 1, "the dark theme");
    await until(async () => (await page.locator(".diagram svg").count()) === 2, "the pictures");
    await page.locator("h1").scrollIntoViewIfNeeded();
    await editor.screenshot("training-finished-dark");
    await editor.command("View: Toggle Primary Side Bar Visibility");
    await editor.page.setViewportSize({ width: 480, height: 900 });
    await editor.screenshot("training-narrow-dark");
    const { scroll, width } = await page.locator("html").evaluate((root) => ({ scroll: root.scrollWidth, width: root.clientWidth }));
    assert.ok(scroll <= width, `${scroll} > ${width}`);
    await editor.page.setViewportSize({ width: 1400, height: 900 });
  });
});

/** Waits until the page says where the run stands. */
async function says(page, text) {
  await page.locator("#state", { hasText: text }).waitFor({ timeout: WAIT_MS });
}

/** How many points the curve of the training loss has. */
async function length(page) {
  const points = page.locator("polyline.training");
  return (await points.count()) === 0 ? 0 : (await points.getAttribute("points")).split(" ").length;
}

/** Steps that the page says were done. */
async function steps(page) {
  const text = await page.locator("#progress").textContent();
  return numberIn(/Step ([\d,.]+) of/.exec(text)?.[1] ?? "0");
}

async function inStatusBar(window = editor) {
  return (
    (await window.page
      .locator('.statusbar-item[id*="mothertongue.training"]')
      .textContent({ timeout: 500 })
      .catch(() => "")) ?? ""
  );
}
