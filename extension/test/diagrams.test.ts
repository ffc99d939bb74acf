import { describe, expect, test } from "vitest";
import { blockAt, blocksOf, fenced } from "../src/diagrams/blocks";
import { declaresSomething } from "../src/diagrams/declarations";
import { diagramName, sourcesText } from "../src/diagrams/names";
import { diagramError } from "../src/preview/errors";
import { previewPage } from "../src/preview/page";
import { t } from "./plain";

describe("the blocks of a Markdown document", () => {
  const lines = [
    "# A",
    "```mermaid",
    "pie",
    '"a": 1',
    "```",
    "",
    "- b",
    "  ~~~~ mermaid",
    "  erDiagram",
    "  ~~~",
    "    A",
    "  ~~~~~",
    "```ts",
    "```",
  ];

  test("are those in fences of Mermaid, without their indentation", () => {
    expect(blocksOf(lines)).toEqual([
      { text: 'pie\n"a": 1', start: 2, end: 4 },
      { text: "erDiagram\n~~~\n  A", start: 8, end: 11 },
    ]);
  });

  test.each([
    [0, 2],
    [2, 2],
    [5, 2],
    [6, 8],
    [13, 8],
  ])("from line %i, the nearest begins at %i", (line, start) => expect(blockAt(lines, line, false)?.start).toBe(start));

  test("an unclosed one reaches to the end", () => expect(blocksOf(["```mermaid", "pie"])).toEqual([{ text: "pie", start: 1, end: 2 }]));
  test.each([
    ["  // ", ["  // ```mermaid", "  // erDiagram", "  //", "  //   A", "  // ```", "  int a;"]],
    ["# ", ["# ```mermaid", "# erDiagram", "#", "#   A", "# ```"]],
    ["nothing", ["<!--", "```mermaid", "erDiagram", "", "  A", "```", "-->"]],
  ])("a comment whose lines begin with %s holds one", (_, comment) =>
    expect(blocksOf(comment).map(({ text }) => text)).toEqual(["erDiagram\n\n  A"]),
  );
  test("there may be none", () => expect(blockAt(["# A"], 0, false)).toBeUndefined());
  test("a Mermaid file is one", () => expect(blockAt(["pie", ""], 1, true)).toEqual({ text: "pie\n", start: 0, end: 2 }));

  test("a diagram that is put in can be read again, whatever it says", () => {
    const text = 'erDiagram\n    A["```"]';
    expect(blocksOf(fenced(text).split("\n"))[0]?.text).toBe(text);
  });
});

describe("the light bulb", () => {
  test.each([
    "public class Reservation",
    "export default abstract class Card {",
    "  public async Task<ActionResult<Dto>> Create(CreateDto dto)",
    "def place(self):",
    "CREATE TABLE orders (",
    "pub struct Order {",
  ])("is lit at %s", (line) => expect(declaresSomething(line)).toBe(true));
  test.each(["return classes;", "// class of its own", "var order = new Order();", "public int Nights { get; set; }", ""])(
    "is dark at %s",
    (line) => expect(declaresSomething(line)).toBe(false),
  );
});

describe("a diagram in a list", () => {
  test("says what it is of", () => {
    expect(diagramName({ kind: "erd", subject: "Guest" }, "Guest.cs", t)).toBe("ERD of Guest");
    expect(diagramName({ kind: "flowchart", subject: "" }, "Guest.cs", t)).toBe("Dependencies of Guest.cs");
  });
  test("says which files it shows", () => {
    expect(sourcesText(["a/b.cs"], t)).toBe("b.cs");
    expect(sourcesText(["a", "b", "c", "d", "e"], t)).toBe("a, b, c and 2 more");
  });
});

describe("an error of Mermaid", () => {
  const said = "Parse error on line 3:\n...    Guest ||--o{ Sta\n----------------------^\nExpecting 'COLON', 'STYLE_SEPARATOR', got 'EOF'";

  test("names its line from 0, and few words", () => {
    expect(diagramError(new Error(said), "erDiagram\n\n    Guest ||--o{ Sta")).toEqual({
      line: 2,
      message: "Guest ||--o{ Sta: unexpected EOF",
    });
  });
  test("never names a line that is not there", () => expect(diagramError(new Error(said), "pie").line).toBe(0));
  test("without a line stands at the first that is no comment", () =>
    expect(diagramError(new Error("No diagram type detected"), "%% c\n\nerd").line).toBe(2));
});

describe("the page of the preview", () => {
  const labels = { zoomIn: "in", zoomOut: "out", fit: "fit", copySvg: "c", copyPng: "d", saveSvg: "s", savePng: "p" };
  const page = previewPage({
    nonce: "n0nce",
    source: "https://webview",
    script: "https://webview/preview.js",
    mermaid: "https://webview/mermaid.js",
    labels,
  });

  test("runs the bundled script alone and fetches nothing", () => {
    const policy = "default-src 'none'; script-src 'nonce-n0nce'; style-src 'unsafe-inline'; img-src data:; font-src https://webview";
    expect(page).toContain(`content="${policy}"`);
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).toContain('<script nonce="n0nce" src="https://webview/preview.js">');
  });
  test("names each button", () => expect(page.match(/aria-label="[^"]+"/g)).toHaveLength(7));
});
