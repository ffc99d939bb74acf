// A real VS Code, and what a person does there to have a text generated.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { Editor, until, WAIT_MS } from "./editor.mjs";

const SHORT_MS = 500;

export class GeneratingEditor extends Editor {
  /** Asks for a text at the cursor, from the palette. */
  async generate(kind, prompt) {
    await this.command("Mothertongue: Generate Here");
    await this.answer(kind, prompt);
  }

  /** Answers the two questions of "Generate Here". */
  async answer(kind, prompt) {
    await this.row(kind).waitFor({ timeout: WAIT_MS });
    await this.pick(kind);
    await this.fillPrompt(prompt);
  }

  /** Answers the question for the prompt. */
  async fillPrompt(prompt) {
    const input = await this.promptInput();
    await input.fill(prompt);
    await this.row(prompt).waitFor();
    await this.page.keyboard.press("Enter");
  }

  /** The field that asks for the prompt. */
  async promptInput() {
    const input = this.page.locator(".quick-input-widget input.input");
    const hint = () => input.getAttribute("placeholder", { timeout: SHORT_MS }).catch(() => "");
    await until(async () => (await hint())?.startsWith("In your words"), "the question for the prompt", hint);
    return input;
  }

  /** What the status bar says while a text is generated. */
  generating() {
    return this.page.locator('.statusbar-item[id*="mothertongue.generating"]');
  }

  /** Waits until some of the text is there. */
  async streams() {
    const said = () =>
      this.generating()
        .textContent({ timeout: SHORT_MS })
        .catch(() => "");
    await until(
      async () => /line \d/.test((await said()) ?? ""),
      "the text to come",
      () => this.log(),
    );
  }

  /** Waits until nothing is generated any more. */
  async ended() {
    await this.generating().waitFor({ state: "detached", timeout: WAIT_MS });
  }

  /** Waits for a text that can be judged; where the parser took none of the drafts, does what the message offers. */
  async shown() {
    for (let attempt = 0; attempt < 5; attempt++) {
      await this.ended();
      if (await appears(this.lens("Accept"))) return;
      await this.page.getByRole("button", { name: "Try Again" }).last().click();
      await this.generating().waitFor({ timeout: WAIT_MS });
    }
    throw new Error("no diagram that the parser accepts came out");
  }

  /** Above a generated text. */
  lens(title) {
    return this.page.locator(".codelens-decoration a", { hasText: title }).first();
  }

  /** Waits until nothing waits for a verdict any more. */
  async judged() {
    await until(async () => (await this.lens("Accept").count()) === 0, "the lenses to go");
  }

  /** Ghost text that stands behind the cursor. */
  ghostText() {
    return this.page.locator(".ghost-text, .ghost-text-decoration, .suggest-preview-text").first();
  }

  /** The file of the active tab as it is on disk after a save. */
  async saved(folder, name) {
    await this.command("File: Save");
    await until(async () => (await this.page.locator(".tab.active.dirty").count()) === 0, "the file to be saved");
    return readFile(path.join(folder, name), "utf8");
  }

  /** Puts the cursor behind the text of a line. */
  async clickLine(text) {
    await this.page.locator(".view-line", { hasText: text }).first().click();
    await this.page.keyboard.press("End");
  }
}

function appears(locator) {
  return locator.waitFor({ timeout: 5_000 }).then(
    () => true,
    () => false,
  );
}
