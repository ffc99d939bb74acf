// `make recording`: the first picture of the README. A person has an ERD generated in a Markdown file of the reference project; what the
// window shows is recorded as it is painted, with the times at which that happened, and written as frames for `animation.py`.
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { installExtensions, REPOSITORY } from "./editor.mjs";
import { GeneratingEditor, trainedProject } from "./generating.mjs";

const FRAMES = path.join(REPOSITORY, "build/recording");
const NAME = "bookings.md";
const NOTES = "# Bookings\n\nWhat the booking service keeps:\n\n";
const PROMPT = "ERD for a hotel booking system";
// About as fast as people type; they read what there is to choose from, and look at what has come.
const KEY_MS = 60;
const READING_MS = 900;
const LOOKING_MS = 2_000;
const SETTINGS = {
  "editor.minimap.enabled": false,
  "editor.cursorBlinking": "solid",
  "breadcrumbs.enabled": false,
  "workbench.layoutControl.enabled": false,
  "window.commandCenter": false,
};

if (process.env.KEEP_EXTENSION === undefined) await installExtensions();
const folder = await trainedProject({ [NAME]: NOTES });
const editor = await GeneratingEditor.open(folder, { settings: SETTINGS, size: { width: 1120, height: 600 } });
try {
  await editor.statusBarSays(/[\d,]+ examples/);
  await editor.command("View: Close Primary Side Bar");
  await editor.openFile(NAME);
  await editor.page.keyboard.press("Control+End");
  await editor.closeNotifications();
  await rm(FRAMES, { recursive: true, force: true });
  await mkdir(FRAMES, { recursive: true });
  await record(generate);
} finally {
  await editor.close();
}

async function generate() {
  const { keyboard } = editor.page;
  await pause(READING_MS);
  await keyboard.press("F1");
  await pause(READING_MS / 2);
  await keyboard.type("Generate Here", { delay: KEY_MS });
  await pause(READING_MS);
  await keyboard.press("Enter");
  await editor.row("ERD").waitFor();
  await pause(READING_MS);
  await keyboard.press("ArrowDown");
  await pause(READING_MS / 2);
  await keyboard.press("Enter");
  await editor.promptInput();
  await keyboard.type(PROMPT, { delay: KEY_MS });
  await editor.row(PROMPT).waitFor();
  await pause(READING_MS / 2);
  await keyboard.press("Enter");
  await editor.generating().waitFor();
  await editor.shown();
  await pause(LOOKING_MS);
  await editor.lens("Accept").hover();
  await pause(READING_MS);
  await editor.lens("Accept").click();
  await editor.judged();
  await pause(LOOKING_MS);
}

function pause(milliseconds) {
  return editor.page.waitForTimeout(milliseconds);
}

/** Does something, and keeps each frame that is painted meanwhile, named by its time in milliseconds. */
async function record(act) {
  const session = await editor.context.newCDPSession(editor.page);
  const writing = [];
  let first;
  session.on("Page.screencastFrame", ({ data, metadata, sessionId }) => {
    first ??= metadata.timestamp;
    const name = String(Math.round((metadata.timestamp - first) * 1000)).padStart(6, "0");
    writing.push(writeFile(path.join(FRAMES, `${name}.png`), Buffer.from(data, "base64")));
    void session.send("Page.screencastFrameAck", { sessionId });
  });
  await session.send("Page.startScreencast", { format: "png" });
  await act();
  await session.send("Page.stopScreencast");
  await Promise.all(writing);
}
