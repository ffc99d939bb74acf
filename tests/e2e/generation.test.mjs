// Generating in the editor, with a model that was briefly trained on the project: where texts stand, what becomes of them, and that all of it
// can be stopped and taken back. How good they are is not judged here. One window; each test goes on where the one before has ended.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { installExtensions, until, WAIT_MS } from "./editor.mjs";
import { GeneratingEditor, query, runOf, trainedProject } from "./generating.mjs";

const NOTES = "# Notes\n\nThe hotel:\n\n";
const CODE = "namespace HarbourStay;\n\npublic static class Prices\n{\n    // below\n}\n";
const SCRIPT = "export const NIGHTS = 3;\n";
const MENDED = "\nexport function days(nights: number): number {\n  return nights + 1;\n}\n";
const HOTEL = "ERD for a hotel booking system";
const BOOKING = "Sequence diagram of a booking";
const DOCUMENT_IT = "Document the endpoint that cancels a booking";
const LIBRARY = "ERD for a library";
// Of what no domain of the composer has.
const UNKNOWN = "ERD of volcanoes and earthquakes";
// Longer than the pause after which a prompt line is answered by itself; what was answered before would come at once.
const NO_ANSWER_MS = 1_500;

let editor;
let folder;

before(async () => {
  if (process.env.KEEP_EXTENSION === undefined) await installExtensions("tool_caller");
  folder = await trainedProject({ "NOTES.md": NOTES, "hotel.mmd": "", "library.mmd": "", "Prices.cs": CODE, "nights.ts": SCRIPT });
  editor = await GeneratingEditor.open(folder);
  await editor.statusBarSays(/[\d,]+ examples/);
});

after(() => editor?.close());

afterEach(async (context) => {
  if (context.error) await editor.screenshot(`failed-${context.name.replaceAll(/\W+/g, "-")}`);
  await editor.closeNotifications();
});

describe("in Markdown", () => {
  test("the trained adapter answers, a diagram streams into a fence beside its picture, and Escape stops it", async () => {
    await editor.page.locator('.statusbar-item[id*="mothertongue.model"]', { hasText: await runOf(folder) }).waitFor({ timeout: WAIT_MS });
    await editor.openFile("NOTES.md");
    await editor.page.keyboard.press("Control+End");
    await editor.generate("ERD", HOTEL);
    await editor.streams();
    await editor.page.locator(".view-line", { hasText: /erDiagram/ }).waitFor();
    await editor.page.locator(".tab", { hasText: "Preview NOTES.md" }).waitFor();
    await editor.screenshot("generating");
    await editor.page.keyboard.press("Escape");
    await editor.lens("Accept").waitFor();
    for (const title of ["Reject", "Regenerate", "Edit Prompt", "Preview"]) await editor.lens(title).waitFor();
    await editor.screenshot("generated");
    assert.equal(await editor.generating().count(), 0);
    const text = await editor.saved(folder, "NOTES.md");
    assert.ok(text.startsWith(`${NOTES}\`\`\`mermaid\nerDiagram`), text);
    assert.match(text, /\n```$/);
    // A relation, an attribute, the beginning or the end of an entity: half a line would be an error in the diagram.
    const whole = /^(erDiagram|\s*|.* : \S.*|\s+[\w-]+(\[.*\])? \{|\s*\}|\s+[\w()]+ [\w-]+( .*)?)$/;
    for (const line of text.slice(NOTES.length).split("\n").slice(1, -1)) assert.match(line, whole);
  });

  test("one undo takes all of it back", async () => {
    await editor.clickLine("# Notes");
    await editor.page.keyboard.press("Control+Z");
    await editor.judged();
    assert.equal(await editor.saved(folder, "NOTES.md"), NOTES);
  });

  test("also where the cursor was put elsewhere and the file saved while it grew, and one redo brings all of it", async () => {
    await editor.page.keyboard.press("Control+End");
    await editor.generate("ERD", HOTEL);
    await editor.streams();
    await editor.page.keyboard.press("Control+S");
    await editor.grows();
    await editor.clickLine("# Notes");
    await editor.grows();
    await editor.page.keyboard.press("ArrowDown");
    await editor.page.keyboard.press("Escape");
    await editor.lens("Accept").waitFor();
    const text = await editor.saved(folder, "NOTES.md");
    assert.ok(text.startsWith(`${NOTES}\`\`\`mermaid\nerDiagram`), text);
    await editor.clickLine("# Notes");
    await editor.page.keyboard.press("Control+Z");
    await editor.judged();
    assert.equal(await editor.saved(folder, "NOTES.md"), NOTES);
    await editor.page.keyboard.press("Control+Shift+Z");
    await editor.page.locator(".view-line", { hasText: text.split("\n").at(-2).trim() }).waitFor();
    // A part of the text may have this line already; the redo goes on from it.
    await editor.page.waitForTimeout(1_000);
    assert.equal(await editor.saved(folder, "NOTES.md"), text);
    await editor.page.keyboard.press("Control+Z");
    await editor.page.locator(".view-line", { hasText: "mermaid" }).waitFor({ state: "detached" });
    assert.equal(await editor.saved(folder, "NOTES.md"), NOTES);
  });

  test("what is accepted becomes an example with its prompt", async () => {
    await editor.page.keyboard.press("Control+End");
    await editor.generate("API documentation", DOCUMENT_IT);
    await editor.streams();
    await editor.grows();
    await editor.page.keyboard.press("Escape");
    await editor.lens("Accept").click();
    await verdict("accepted", DOCUMENT_IT);
    await editor.judged();
    assert.ok((await editor.saved(folder, "NOTES.md")).length > NOTES.length);
    assert.deepEqual(await query(folder, "SELECT prompt FROM own"), [DOCUMENT_IT]);
    await editor.command("Mothertongue: Focus on Data Set View");
    await editor.row(/New since the last training1/).waitFor({ timeout: WAIT_MS });
    await editor.screenshot("new-examples");
  });
});

describe("in a Mermaid file", () => {
  test("from the context menu, a whole diagram comes, beside its picture, and the parser accepts what is kept", async () => {
    await editor.command("View: Close All Editors");
    await editor.openFile("hotel.mmd");
    await editor.contextMenu(editor.page.locator(".editor-instance .view-lines").first(), "Generate Here", "context-menu");
    await editor.answer("ERD", HOTEL);
    await editor.shown();
    const preview = await editor.webview();
    await preview.locator("#picture svg").waitFor({ timeout: WAIT_MS });
    await editor.screenshot("generated-diagram");
    const text = await editor.saved(folder, "hotel.mmd");
    assert.match(text, /^erDiagram\n/);
    const tab = editor.page.locator(".tab", { hasText: "Preview hotel.mmd" });
    await tab.click({ button: "middle" });
    await tab.waitFor({ state: "detached" });
    await editor.lens("Preview").click();
    const picture = (await editor.webview()).locator("#picture svg");
    await picture.waitFor({ timeout: WAIT_MS });
    const [, entity] = /^\s+"?(\w+)/m.exec(text);
    assert.ok((await picture.textContent()).includes(entity), entity);
    await editor.lens("Accept").click();
    // Nothing becomes an example that the real parser refuses.
    await verdict("accepted", HOTEL);
    assert.deepEqual(await query(folder, "SELECT prompt FROM own WHERE language = 'mermaid'"), [HOTEL]);
    await editor.judged();
    await editor.page.locator(".view-line", { hasText: "erDiagram" }).click();
    await editor.page.keyboard.press("Control+Z");
    assert.equal(await editor.saved(folder, "hotel.mmd"), "");
  });

  test("where the product knows no diagram that is near to the request, that stands behind the text in italics", async () => {
    await editor.generate("ERD", UNKNOWN);
    await editor.shown();
    const text = (await editor.saved(folder, "hotel.mmd")).trimEnd();
    const lastLine = text.slice(text.lastIndexOf("\n") + 1).trim();
    // A long diagram ends below what is in view.
    await editor.page.keyboard.press("Control+End");
    await editor.noteAtLine(lastLine, "the model was shown nothing near to this");
    assert.ok((await editor.notesAtLine(lastLine, "fontStyle")).includes("italic"));
    await editor.screenshot("note-behind-a-text");
    await editor.page.keyboard.press("Control+Home");
    await editor.lens("Reject").click();
    await editor.judged();
    assert.equal(await editor.saved(folder, "hotel.mmd"), "");
  });
});

describe("the tool", () => {
  test("is there for other extensions, as for VS Code's chat, and answers with a diagram in a fence", async () => {
    await editor.command("Tests: Call the Tool of Mothertongue");
    const answer = await until(() => readFile(path.join(folder, "tool-answer.md"), "utf8").catch(() => ""), "the answer of the tool");
    assert.match(answer, /```mermaid\nerDiagram\n[^]*\n```/);
  });
});

describe("prompt lines", () => {
  test("that one is being answered stands at its end and in the status bar; typing on ends it, and so does Escape", async () => {
    await editor.command("View: Close All Editors");
    await editor.openFile("library.mmd");
    const prompt = "%% ERD for a museum";
    await editor.page.keyboard.type(prompt);
    await editor.noteAtLine(prompt, "generating…");
    await editor.generating().waitFor();
    await editor.screenshot("prompt-line-is-answered");
    await editor.page.keyboard.type(" and its halls");
    await editor.noteAtLine(prompt, "generating…");
    await editor.page.keyboard.press("Escape");
    await editor.ended();
    await editor.noNoteAtLine(prompt);
    await editor.page.waitForTimeout(NO_ANSWER_MS);
    await editor.noGhostText();
    assert.equal(await editor.page.locator(".notification-toast").count(), 0);
    await editor.page.keyboard.press("Control+A");
    await editor.page.keyboard.press("Delete");
  });

  test("in a Mermaid file, ghost text comes by itself, goes when typing goes on, and does not come after a deletion", async () => {
    await editor.openFile("library.mmd");
    await editor.page.keyboard.type(`%% ${LIBRARY}`);
    await editor.ghostText(/erDiagram/);
    assert.equal(await editor.generating().count(), 0);
    await editor.screenshot("ghost-text");
    await editor.page.keyboard.type("s");
    await editor.noGhostText();
    await editor.page.keyboard.press("Backspace");
    await editor.page.waitForTimeout(NO_ANSWER_MS);
    await editor.noGhostText();
  });

  test("on request it is there at once; Tab takes it, and it becomes an example", async () => {
    await editor.command("Trigger Inline Suggestion");
    await editor.ghostText(/erDiagram/);
    await editor.page.keyboard.press("Tab");
    await verdict("accepted", LIBRARY);
    assert.match(await editor.saved(folder, "library.mmd"), new RegExp(`^%% ${LIBRARY}\nerDiagram\n`));
  });

  test("in a Mermaid block of Markdown", async () => {
    await editor.openFile("NOTES.md");
    // What was stopped above may have left a fence open. As one piece: typed, the editor would close the fence by itself.
    await editor.page.keyboard.press("Control+A");
    await editor.page.keyboard.insertText(`${NOTES}\`\`\`mermaid\n%% ${LIBRARY}`);
    await editor.command("Trigger Inline Suggestion");
    await editor.ghostText(/erDiagram/);
    await editor.screenshot("ghost-text-in-markdown");
    await editor.page.keyboard.press("Tab");
    assert.match(await editor.saved(folder, "NOTES.md"), new RegExp(`%% ${LIBRARY}\nerDiagram\n`));
  });
});

describe("in C#", () => {
  test("from a code action, a diagram comes in a comment, and a click on the status bar stops it", async () => {
    await editor.openFile("Prices.cs");
    await editor.clickLine("// below");
    await editor.command("Refactor...");
    await editor.page.locator(".action-widget .monaco-list-row", { hasText: "Generate Here" }).click();
    await editor.answer("Sequence diagram", BOOKING);
    await editor.page.locator(".view-line", { hasText: "sequenceDiagram" }).waitFor({ timeout: WAIT_MS });
    await editor.generating().locator("a").click();
    await editor.ended();
    await editor.lens("Accept").waitFor();
    await editor.screenshot("diagram-in-a-comment");
    assert.match(await editor.saved(folder, "Prices.cs"), / {4}\/\/ ```mermaid\n {4}\/\/ sequenceDiagram\n[^]* {4}\/\/ ```\n/);
    await editor.lens("Reject").click();
    await editor.judged();
  });

  test("Select Model puts the embedded base into the adapter's place", async () => {
    await editor.command("Mothertongue: Select Model");
    await editor.pick(/^\s*Embedded base/);
    await editor.page.locator('.statusbar-item[id*="mothertongue.model"]', { hasText: "Embedded base" }).waitFor({ timeout: WAIT_MS });
    await editor.clickLine("// below");
    await editor.generate("Code", "methods that compare prices");
    await editor.streams();
    await stopInCode();
    await editor.lens("Reject").click();
    await editor.judged();
  });

  test("recent prompts are offered, and typing elsewhere is safe", async () => {
    await editor.openFile("Prices.cs");
    await editor.clickLine("// below");
    await editor.command("Mothertongue: Generate Here");
    await editor.pick("Code");
    await editor.row(BOOKING).waitFor();
    await editor.screenshot("recent-prompts");
    await editor.fillPrompt("methods that add and multiply prices");
    await editor.streams();
    await editor.page.locator(".view-line", { hasText: "namespace" }).click();
    await editor.page.keyboard.press("Home");
    await editor.page.keyboard.type("using System;");
    await editor.page.keyboard.press("Enter");
    await editor.screenshot("typing-meanwhile");
    await editor.page.keyboard.press("Escape");
    await editor.lens("Accept").waitFor();
    const text = await editor.saved(folder, "Prices.cs");
    assert.ok(text.startsWith("using System;\nnamespace HarbourStay;\n"), text);
    assert.match(text, /\/\/ below\n {4}\S/);
    assert.ok(text.endsWith("\n}\n"), text);
    assert.doesNotMatch(text, /```/);
  });

  test("Regenerate puts another text into its place, and Edit Prompt lets the prompt be changed", async () => {
    await editor.lens("Regenerate").click();
    await editor.streams();
    await stopInCode();
    await editor.lens("Edit Prompt").click();
    assert.equal(await (await editor.promptInput()).inputValue(), "methods that add and multiply prices");
    await editor.fillPrompt("methods that add prices");
    await editor.streams();
    await stopInCode();
    const text = await editor.saved(folder, "Prices.cs");
    assert.match(text, /\/\/ below\n {4}\S/);
    assert.ok(text.endsWith("\n}\n"), text);
  });

  test("what is rejected goes, and is remembered as such", async () => {
    await editor.lens("Reject").click();
    await verdict("rejected", "methods that add prices");
    assert.equal(await editor.saved(folder, "Prices.cs"), `using System;\n${CODE}`);
  });

  test("the model is killed in mid-stream: it is said, and the text is as before", async () => {
    await editor.clickLine("// below");
    await editor.generate("Code", "methods that divide and round prices");
    await editor.streams();
    const [model] = await editor.processes(/ server\.inference$/);
    process.kill(model, "SIGKILL");
    await editor.notification("the generating process ended");
    await editor.screenshot("killed-in-mid-stream");
    await editor.ended();
    assert.equal(await editor.saved(folder, "Prices.cs"), `using System;\n${CODE}`);
  });

  test("Escape while the prompt is being read leaves the text as it is, and says nothing", async () => {
    await editor.clickLine("// below");
    await editor.generate("Code", "methods that divide and round prices");
    await editor.generating().filter({ hasText: "Reading the prompt" }).waitFor();
    await editor.page.keyboard.press("Escape");
    await editor.ended();
    assert.equal(await editor.lens("Accept").count(), 0);
    assert.equal(await editor.page.locator(".notification-toast").count(), 0);
    // As it was saved.
    assert.equal(await editor.page.locator(".tab.active.dirty").count(), 0);
  });

  test("the next request works", async () => {
    await editor.clickLine("// below");
    await editor.generate("Code", "methods that divide and round prices");
    await editor.streams();
    await stopInCode();
    await editor.lens("Reject").click();
    await editor.judged();
    assert.equal(await editor.saved(folder, "Prices.cs"), `using System;\n${CODE}`);
  });

  test("a comment that asks is answered with ghost text, which Tab takes", async () => {
    await editor.clickLine("// below");
    await editor.page.keyboard.press("Enter");
    await editor.page.keyboard.type("// mothertongue: a method that halves a price");
    await editor.ghostText();
    await editor.screenshot("ghost-text-in-csharp");
    await editor.page.keyboard.press("Tab");
    await editor.noGhostText();
    assert.match(await editor.saved(folder, "Prices.cs"), /halves a price\n {4}\S/);
  });
});

describe("in TypeScript", () => {
  test("a comment that asks is answered with ghost text, which Tab takes", async () => {
    await editor.openFile("nights.ts");
    await editor.page.keyboard.press("Control+End");
    await editor.page.keyboard.type("// mothertongue: a function that adds nights");
    await editor.ghostText();
    await editor.screenshot("ghost-text-in-code");
    await editor.page.keyboard.press("Tab");
    await editor.noGhostText();
    const text = await editor.saved(folder, "nights.ts");
    assert.match(text, /adds nights\n.*\S/);
    assert.ok(text.startsWith(SCRIPT), text);
    await editor.page.keyboard.press("Control+Z");
    assert.match(await editor.saved(folder, "nights.ts"), /adds nights$/);
  });

  test("code comes without a fence, and what is mended and accepted is remembered as corrected", async () => {
    await editor.openFile("nights.ts");
    await editor.page.keyboard.press("Control+A");
    await editor.page.keyboard.insertText(SCRIPT);
    await editor.generate("Code", "a function that counts nights");
    await editor.streams();
    await editor.page.keyboard.press("Escape");
    await editor.lens("Accept").waitFor();
    const text = await editor.saved(folder, "nights.ts");
    assert.ok(text.startsWith(SCRIPT) && text.length > SCRIPT.length, text);
    assert.doesNotMatch(text, /```/);
    await editor.clickLine("NIGHTS = 3");
    await editor.page.keyboard.press("ArrowRight");
    await editor.page.keyboard.press("Control+Shift+End");
    await editor.page.evaluate((text) => navigator.clipboard.writeText(text), MENDED);
    await editor.page.keyboard.press("Control+V");
    await editor.lens("Accept").click();
    await verdict("corrected", "a function that counts nights");
    assert.equal(await editor.saved(folder, "nights.ts"), SCRIPT + MENDED);
    const [first] = await query(folder, "SELECT text FROM judged WHERE verdict = 'corrected'");
    assert.equal(first, MENDED.split("\n")[1]);
  });
});

describe("two windows on one workspace", () => {
  test("both see the data set, generate at the same time, and keep what is accepted in either", async () => {
    const other = await editor.secondWindow();
    const windows = [
      [editor, "NOTES.md", "Document the rooms"],
      [other, "README.md", "Document the guests"],
    ];
    for (const [window, name, prompt] of windows) {
      await window.page.bringToFront();
      await window.statusBarSays(/[\d,]+ examples/);
      await window.command("View: Close All Editors");
      await window.openFile(name);
      await window.page.keyboard.press("Control+End");
      await window.generate("API documentation", prompt);
    }
    await Promise.all(windows.map(([window]) => window.streams()));
    for (const [window, , prompt] of windows) {
      await window.page.bringToFront();
      await window.page.keyboard.press("Escape");
      await window.lens("Accept").click();
      await verdict("accepted", prompt);
      await window.judged();
      assert.equal(await window.page.locator(".notification-toast").count(), 0);
    }
    await other.screenshot("second-window");
    await other.page.close();
    await editor.page.bringToFront();
  });
});

/** Stops what is generated in the file of C#. */
async function stopInCode() {
  await editor.page.locator(".view-line", { hasText: "namespace" }).click();
  await editor.page.keyboard.press("Escape");
  await editor.lens("Accept").waitFor();
}

/** Waits until what a prompt gave was judged so. */
async function verdict(kind, prompt) {
  await until(
    async () => (await query(folder, `SELECT verdict FROM judged WHERE prompt = '${prompt}'`).catch(() => [])).includes(kind),
    `${prompt} to be ${kind}`,
    () => editor.log(),
  );
}
