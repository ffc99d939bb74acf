// Where not everything is as one would wish: no trust, no Python, no folder, several folders, a project too small.
import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, before, describe, test } from "node:test";
import { Editor, installExtension, motherProject, numberIn, until, WAIT_MS } from "./editor.mjs";

let editor;

before(async () => {
  if (process.env.KEEP_EXTENSION === undefined) await installExtension();
});

afterEach(async (context) => {
  await editor?.screenshot(`last-of-${context.name.replaceAll(/\W+/g, "-")}`);
  await editor?.close();
  editor = undefined;
});

describe("in Restricted Mode", () => {
  test("nothing that the workspace names is run, and the data set is built all the same", async () => {
    const folder = await motherProject();
    const proof = path.join(await mkdtemp(path.join(tmpdir(), "mothertongue-proof-")), "was-run");
    const evil = path.join(folder, "python.sh");
    await writeFile(evil, `#!/bin/sh\ntouch ${proof}\nexec python3 "$@"\n`);
    await chmod(evil, 0o755);
    await mkdir(path.join(folder, ".vscode"));
    await writeFile(
      path.join(folder, ".vscode/settings.json"),
      JSON.stringify({ "mothertongue.python": evil, "mothertongue.target": 600 }),
    );
    editor = await Editor.open(folder, { trusted: false });
    await editor.page.getByText("Restricted Mode").first().waitFor();
    await editor.statusBarSays(/no data set/);
    await editor.command("Mothertongue: Build Fine-Tune Dataset");
    await editor.pick("ERD");
    await editor.notification("training and");
    await editor.screenshot("restricted-mode");
    assert.match(await editor.log(), /Python 3/);
    await assert.rejects(stat(proof));
    await editor.command("Mothertongue: Set Up Model Environment");
    await editor.notification("Trust this workspace first");
  });
});

describe("without a Python", () => {
  test("one message and the side bar say what to do; selecting one that works mends it", async () => {
    const folder = await motherProject();
    editor = await Editor.open(folder, { settings: { "mothertongue.python": "/no/such/python" }, theme: "dark" });
    const message = await editor.notification("needs Python 3.10 or newer");
    await message.getByRole("button", { name: "Select Python" }).waitFor();
    await editor.command("Mothertongue: Focus on Data Set View");
    await editor.page.locator(".welcome-view-content", { hasText: "needs Python 3.10" }).waitFor();
    await editor.statusBarSays(/no Python/);
    await editor.screenshot("no-python");
    await editor.closeNotifications();
    await editor.command("Mothertongue: Select Python");
    await editor.pick("Choose automatically");
    await editor.statusBarSays(/no data set/);
    await editor.screenshot("python-found");
  });

  test("the list of interpreters says which cannot be used, and why", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "mothertongue-pythons-"));
    const old = path.join(folder, "python3");
    const answer = JSON.stringify({ executable: old, version: "3.8.2", problem: "it is Python 3.8, and 3.10 or newer is needed" });
    await writeFile(old, `#!/bin/sh\necho '${answer}'\n`);
    await chmod(old, 0o755);
    editor = await Editor.open(await motherProject(), { settings: { "mothertongue.python": old } });
    await editor.statusBarSays(/no Python/);
    await editor.command("Mothertongue: Select Python");
    await editor.row("Cannot be used: it is Python 3.8").waitFor();
    await editor.screenshot("select-python");
  });
});

describe("other workspaces", () => {
  test("an empty window offers to open a folder", async () => {
    editor = await Editor.open(undefined);
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
    editor = await Editor.open(workspace, { size: { width: 760, height: 800 }, theme: "dark" });
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

  test("a small export is verified, and the report says so, in the dark theme", async () => {
    const folder = await motherProject();
    editor = await Editor.open(folder, { settings: { "mothertongue.target": 60 }, theme: "dark" });
    await editor.statusBarSays(/no data set/);
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

describe("the walkthrough and the model environment", () => {
  test("Get Started opens the walkthrough; setting up the environment can be cancelled and leaves nothing", async () => {
    editor = await Editor.open(await motherProject(), {
      env: { PIP_CONFIG_FILE: "/dev/null", PIP_NO_INDEX: "1" },
    });
    await editor.statusBarSays(/no data set/);
    await editor.command("Mothertongue: Get Started");
    await editor.page.getByText("Get Started with Mothertongue").first().waitFor();
    await editor.page.waitForTimeout(1000);
    await editor.screenshot("walkthrough");
    await editor.command("Mothertongue: Set Up Model Environment");
    await editor.row("Processor only").waitFor();
    await editor.screenshot("model-environment-builds");
    await editor.pick("Processor only");
    const progress = await editor.notification("Setting up the model environment");
    await editor.screenshot("model-environment-progress");
    await progress.getByRole("button", { name: "Cancel" }).click();
    const environment = path.join(editor.data, "User/globalStorage/mothertongue.mothertongue/model-environment");
    await until(
      () =>
        stat(environment).then(
          () => false,
          () => true,
        ),
      "the environment to be gone",
    );
    await editor.command("Mothertongue: Set Up Model Environment");
    await editor.pick("Processor only");
    await editor.notification("could not be set up");
    await editor.screenshot("model-environment-failed");
    await until(
      () =>
        stat(environment).then(
          () => false,
          () => true,
        ),
      "the environment to be gone",
    );
  });
});

describe("training runs and models", () => {
  test("runs of the project are listed, and empty views say what to do", async () => {
    const folder = await motherProject();
    editor = await Editor.open(folder);
    await editor.statusBarSays(/no data set/);
    await editor.command("Mothertongue: Focus on Models View");
    await editor.page.locator(".welcome-view-content", { hasText: "need an environment of their own" }).waitFor();
    await editor.screenshot("models-empty");
    const run = path.join(folder, ".mothertongue/runs/20261122-101500-a1b2");
    await mkdir(run, { recursive: true });
    await writeFile(
      path.join(run, "state.json"),
      JSON.stringify({ status: "finished", step: 120, planned_steps: 120, best_validation_loss: 0.91 }),
    );
    await editor.command("Mothertongue: Focus on Training Runs View");
    await editor.row(/20261122-101500-a1b2finished · validation loss 0\.910/).waitFor({ timeout: WAIT_MS });
    await editor.screenshot("runs");
  });
});

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
