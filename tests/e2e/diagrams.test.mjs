// Diagrams of the code and their preview, in both themes: the reference project's Reservation, from the editor to a file of its own.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { Editor, installExtensions, motherProject, until } from "./editor.mjs";

const ENTITIES = "StayDocuments.cs";
let editor;
let folder;

before(async () => {
  if (process.env.KEEP_EXTENSION === undefined) await installExtensions();
  folder = await motherProject();
  await writeFile(path.join(folder, "stay.mmd"), "erDiagram\n    Hotel ||--o{ Room : has\n");
  await writeFile(path.join(folder, "stays.md"), "# Stays\n");
  editor = await Editor.open(folder, { settings: { "mothertongue.target": 60 } });
  await editor.statusBarSays(/no data set/);
});

after(() => editor.close());

afterEach(async (context) => {
  if (context.error) await editor.screenshot(`failed-${context.name.replaceAll(/\W+/g, "-")}`);
  await editor.closeNotifications();
});

describe("Diagram of This", () => {
  test("without a data set says what to do, and does it", async () => {
    await editor.openFile(ENTITIES);
    await editor.command("Mothertongue: Diagram of This");
    const said = await editor.notification("Build it first");
    await said.getByRole("button", { name: "Build" }).click();
    await editor.pick("Code Prototype");
    await editor.statusBarSays(/[\d,]+ examples/);
  });

  test("on the Reservation entity offers its diagrams and opens the ERD with its picture beside", async () => {
    await goToLine("class Reservation");
    await editor.contextMenu(editor.page.locator(".view-line", { hasText: "class Reservation" }).first(), "Diagram of This");
    await editor.row("ERD of Reservation").waitFor();
    await editor.screenshot("diagram-of-this");
    await editor.pick("ERD of Reservation");
    const preview = await shownPreview();
    await preview.locator("#picture svg").waitFor();
    const picture = await preview.locator("#picture svg").textContent();
    for (const name of ["Reservation", "Hotel", "Guest", "RoomId", "CancellationFee"]) assert.ok(picture.includes(name), name);
    await editor.page.locator(".view-line", { hasText: "StayDocuments.cs#Reservation" }).first().waitFor();
    await editor.screenshot("preview-light");
    await editor.command("View: Revert and Close Editor");
  });

  test("in TypeScript, a class and what it depends on", async () => {
    await editor.openFile("hotel.service.ts");
    await goToLine("class HotelService", "frontend/src/app/services/hotel.service.ts");
    await editor.command("Mothertongue: Diagram of This");
    await editor.pick("Class diagram of HotelService");
    const preview = await shownPreview();
    await until(async () => (await preview.locator("#picture svg").textContent()).includes("HotelService"), "the picture of the class");
    await editor.command("View: Revert and Close Editor");
  });

  test("on a folder of the explorer draws what lies below it", async () => {
    await editor.command("Explorer: Focus on Folders View");
    await editor.contextMenu(
      editor.page.locator(".explorer-folders-view .monaco-list-row", { hasText: "frontend" }).first(),
      "Diagram of This",
    );
    await editor.pick("Dependencies of frontend");
    const preview = await shownPreview();
    await until(async () => (await preview.locator("#picture svg").textContent()).includes("hotel.service.ts"), "the folder's picture");
    await editor.command("View: Revert and Close Editor");
  });
});

describe("the preview", () => {
  test("is another one as soon as something is typed", async () => {
    await editor.command("View: Focus First Editor Group");
    await editor.openFile("stay.mmd");
    const preview = await shownPreview();
    await until(async () => (await preview.locator("#picture svg").textContent()).includes("Room"), "the file's picture");
    await editor.page.keyboard.press("Control+End");
    await editor.page.keyboard.type("    Hotel ||--o{ Guest : hosts\n");
    await until(async () => (await preview.locator("#picture svg").textContent()).includes("Guest"), "the new entity");
  });

  test("keeps the last good picture while the text is broken, and says where", async () => {
    const preview = await shownPreview();
    await editor.page.keyboard.type("    Hotel ||--o{ Bro");
    await preview.locator("#problem", { hasText: /unexpected|error/i }).waitFor();
    assert.ok((await preview.locator("#picture svg").textContent()).includes("Guest"));
    await editor.page.locator(".squiggly-error").first().waitFor();
    await editor.command("Problems: Focus on Problems View");
    await editor.page.locator(".markers-panel .monaco-list-row", { hasText: "[Ln 4" }).first().waitFor();
    await editor.screenshot("preview-broken");
    await editor.command("View: Toggle Panel Visibility");
    await editor.command("View: Focus First Editor Group");
    await editor.openFile("stay.mmd");
    await editor.page.keyboard.press("Control+End");
    await editor.page.keyboard.type("ker : pays\n");
    await until(async () => (await preview.locator("#problem").textContent()) === "", "the problem to go");
    await until(async () => (await editor.page.locator(".squiggly-error").count()) === 0, "the mark to go");
    assert.ok((await preview.locator("#picture svg").textContent()).includes("Broker"));
  });

  test("zooms and moves with mouse and keys, and fits again", async () => {
    const preview = await shownPreview();
    const placed = () => preview.locator("#picture").evaluate(({ style }) => style.transform);
    const fitting = await placed();
    await preview.locator("#view").focus();
    for (const key of ["+", "ArrowLeft", "-"]) {
      const was = await placed();
      await editor.page.keyboard.press(key);
      await until(async () => (await placed()) !== was, `${key} to move it`);
    }
    await preview.locator("#view").hover();
    const was = await placed();
    await editor.page.mouse.wheel(0, -300);
    await until(async () => (await placed()) !== was, "the wheel to zoom");
    await editor.page.keyboard.press("0");
    await until(async () => (await placed()) === fitting, "it to fit");
  });

  test("saves SVG and PNG", async () => {
    const preview = await shownPreview();
    for (const [button, name] of [
      ["Save SVG…", "stay.svg"],
      ["Save PNG…", "stay.png"],
    ]) {
      await preview.locator("button", { hasText: button }).click();
      const input = editor.page.locator(".quick-input-widget input.input");
      await input.waitFor();
      await until(
        async () => (await input.inputValue()).endsWith(name),
        `${name} to be proposed`,
        () => input.inputValue(),
      );
      await editor.page.keyboard.press("Enter");
      await editor.notification(`Saved ${name}`);
    }
    const svg = await readFile(path.join(folder, "stay.svg"), "utf8");
    assert.match(svg, /^<svg /);
    assert.match(svg, /Broker/);
    assert.doesNotMatch(svg, /foreignObject|<script|https?:\/\/(?!www\.w3\.org)/i);
    const png = await readFile(path.join(folder, "stay.png"));
    assert.equal(png.subarray(1, 4).toString(), "PNG");
    assert.ok(png.readUInt32BE(16) > 200);
  });

  test("copies the SVG and the PNG", async () => {
    const preview = await shownPreview();
    await preview.locator("button", { hasText: "Copy SVG" }).click();
    await until(async () => (await editor.page.evaluate(() => navigator.clipboard.readText())).startsWith("<svg "), "the SVG");
    await preview.locator("button", { hasText: "Copy PNG" }).click();
    const kinds = () => editor.page.evaluate(async () => (await navigator.clipboard.read()).flatMap(({ types }) => types));
    await until(async () => (await kinds()).includes("image/png"), "the PNG", kinds);
  });

  test("follows the theme", async () => {
    const preview = await shownPreview();
    const ink = () =>
      preview.locator("#picture svg").evaluate((svg) => getComputedStyle(svg.querySelector("text, .nodeLabel, span, p")).color);
    const inLight = await ink();
    await editor.command("Preferences: Toggle between Light/Dark Themes");
    await until(async () => (await ink()) !== inLight, "other colours", ink);
    await editor.command("View: Focus First Editor Group");
    await editor.openFile("stay.mmd");
    await editor.screenshot("preview-dark");
    await editor.command("Preferences: Toggle between Light/Dark Themes");
  });
});

describe("a kept diagram", () => {
  test("goes into a Markdown file below the cursor", async () => {
    await editor.command("View: Focus First Editor Group");
    await editor.openFile("stay.mmd");
    await editor.command("View: Revert and Close Editor");
    await editor.command("View: Close All Editors");
    await editor.openFile("stays.md");
    await editor.command("View: Split Editor Right");
    await editor.openFile(ENTITIES);
    await goToLine("class Reservation");
    await editor.command("Mothertongue: Diagram of This");
    await editor.pick("ERD of Reservation");
    await editor.pick("Into stays.md");
    const preview = await shownPreview();
    await until(async () => (await preview.locator("#picture svg").textContent()).includes("CancellationFee"), "the picture of the block");
    await editor.command("File: Save");
    await until(
      async () =>
        /```mermaid\n%% mothertongue: source=\S+#Reservation kind=erd hash=/.test(await readFile(path.join(folder, "stays.md"), "utf8")),
      "the block",
    );
    await editor.screenshot("diagram-in-markdown");
  });

  test("is marked when the code has moved on, and drawn anew by a quick fix", async () => {
    const source = path.join(folder, "backend/src/HarbourStay.Api/Models", ENTITIES);
    await writeFile(source, (await readFile(source, "utf8")).replace("decimal CancellationFee", "decimal Penalty"));
    await editor.page.locator(".squiggly-warning").first().waitFor({ timeout: 90_000 });
    await editor.command("Go to Next Problem (Error, Warning, Info)");
    await editor.page.keyboard.press("Escape");
    await editor.command("Quick Fix...");
    await editor.page.locator(".action-widget", { hasText: "Draw Reservation anew" }).waitFor();
    await editor.screenshot("quick-fix");
    await editor.page.locator(".action-widget .monaco-list-row", { hasText: "Draw Reservation anew" }).click();
    const preview = await shownPreview();
    await until(async () => (await preview.locator("#picture svg").textContent()).includes("Penalty"), "the new picture");
    await editor.command("File: Save");
    await until(async () => (await editor.page.locator(".squiggly-warning").count()) === 0, "the mark to go");
  });
});

function shownPreview() {
  return until(async () => {
    for (const frame of editor.page.frames()) {
      if (
        frame.url().includes("fake.html") &&
        (await frame
          .locator("#picture svg")
          .isVisible()
          .catch(() => false))
      )
        return frame;
    }
    return undefined;
  }, "the preview");
}

async function goToLine(text, file = path.join("backend/src/HarbourStay.Api/Models", ENTITIES)) {
  const lines = (await readFile(path.join(folder, file), "utf8")).split("\n");
  await editor.page.keyboard.press("Control+G");
  const input = editor.page.locator(".quick-input-widget input.input");
  await input.waitFor();
  await input.fill(`:${lines.findIndex((line) => line.includes(text)) + 1}`);
  await editor.page.keyboard.press("Enter");
  await editor.page.locator(".view-line", { hasText: text }).first().waitFor();
}
