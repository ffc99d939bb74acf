import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { GenerateResult } from "../src/protocol";
import { KINDS, toolAnswer, toolInput } from "../src/toolText";

const MADE: GenerateResult = {
  kind: "erd",
  text: "erDiagram\n  GUEST ||--o{ BOOKING : makes",
  language: "mermaid",
  state: "complete",
  notes: [],
  tokens: 12,
  firstTokenMs: 1,
  totalMs: 2,
};

describe("the tool for language models", () => {
  test("takes the kinds of its schema, and the schema those that can be generated", () => {
    const manifest = JSON.parse(readFileSync(path.join(import.meta.dirname, "../package.json"), "utf8")) as {
      contributes: { languageModelTools: { name: string; when: string; inputSchema: { properties: { kind: { enum: string[] } } } }[] };
    };
    const [tool] = manifest.contributes.languageModelTools;
    expect(tool?.inputSchema.properties.kind.enum).toEqual(KINDS);
    expect(tool?.when).toMatch(/^isWorkspaceTrusted /);
    // VS Code registers no tool of another form of name.
    expect(tool?.name).toMatch(/^[\w-]+$/);
  });

  test("reads what it is given, and tells the caller what is wrong", () => {
    expect(toolInput({ prompt: " ERD of guests " })).toEqual({ prompt: "ERD of guests", kind: null });
    expect(toolInput({ prompt: "guests", kind: "erd" })).toEqual({ prompt: "guests", kind: "erd" });
    expect(() => toolInput({ prompt: "guests", kind: "poem" })).toThrow(/must be one of erd, /);
    for (const nothing of [undefined, null, {}, { prompt: " " }, { prompt: 7 }]) expect(() => toolInput(nothing)).toThrow(/prompt/);
  });

  test("answers with the text in a fence that nothing in it closes", () => {
    expect(toolAnswer(MADE)).toBe("```mermaid\nerDiagram\n  GUEST ||--o{ BOOKING : makes\n```");
    expect(toolAnswer({ ...MADE, language: "python", text: '"""```"""' })).toBe('````python\n"""```"""\n````');
    expect(toolAnswer({ ...MADE, language: "markdown", text: "# Endpoints" })).toBe("# Endpoints");
  });

  test("says what is not as the model wrote it", () => {
    expect(toolAnswer({ ...MADE, state: "cut", notes: ["repaired: line 3 left out"] })).toMatch(
      /cut off.*\n\nNote: repaired: line 3 left out$/s,
    );
  });
});
