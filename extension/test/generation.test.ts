import { describe, expect, test } from "vitest";
import { Answers } from "../src/generation/answers";
import { draftLanguage, layoutOf, rendered, unrendered, type Place } from "../src/generation/layout";
import { PartlyWritten } from "../src/generation/parts";
import { moved, replacement, type Region } from "../src/generation/region";

const DIAGRAM = "erDiagram\n\n  GUEST ||--o{ BOOKING : makes";

function place(languageId: string, changes: Partial<Place> = {}): Place {
  return { languageId, fileName: `/a.${languageId}`, linesAbove: [], line: "", eol: "\n", ...changes };
}

describe("a generated text stands", () => {
  const cases: [string, Place, string, string, string][] = [
    ["in Markdown in a fence", place("markdown"), "mermaid", DIAGRAM, "```mermaid\nerDiagram\n\n  GUEST ||--o{ BOOKING : makes\n```"],
    ["in Markdown as it is, where it is Markdown", place("markdown"), "markdown", "# API", "# API"],
    ["in Markdown's own Mermaid block without another fence", place("markdown", { linesAbove: ["```mermaid"] }), "mermaid", "pie", "pie"],
    [
      "in Markdown after a block in a fence of its own",
      place("markdown", { linesAbove: ["```mermaid", "pie", "```"] }),
      "mermaid",
      "pie",
      "```mermaid\npie\n```",
    ],
    ["in a diagram's file as it is", place("plaintext", { fileName: "/a.mmd" }), "mermaid", "pie", "pie"],
    ["in code as code, indented as its place", place("csharp", { line: "    " }), "csharp", "a {\n\n  b\n}", "a {\n\n      b\n    }"],
    ["below a line that holds something", place("csharp", { line: "  int a;" }), "csharp", "int b;\nint c;", "\n  int b;\n  int c;"],
    ["in code in a comment, if it is a diagram", place("csharp"), "mermaid", "pie\n\n  a", "// ```mermaid\n// pie\n//\n//   a\n// ```"],
    ["in Python in a comment of its kind", place("python"), "markdown", "Text", "# Text"],
    ["in HTML in a comment block", place("html"), "mermaid", "pie", "<!--\n```mermaid\npie\n```\n-->"],
    ["with the line ends of the file", place("csharp", { eol: "\r\n" }), "csharp", "a\nb", "a\r\nb"],
  ];

  test.each(cases)("%s", (_, where, language, text, shown) => {
    const layout = layoutOf(where, language);
    expect(rendered(layout, text)).toBe(shown);
    expect(unrendered(layout, shown)).toBe(text);
  });

  test("and what was corrected by hand is read back without its marks", () => {
    const layout = layoutOf(place("csharp"), "mermaid");
    expect(unrendered(layout, "// ```mermaid\n// pie\n// title A\n// ```")).toBe("pie\ntitle A");
    expect(unrendered(layout, "// pie\nint a;")).toBe("pie\nint a;");
  });

  test("growing, in the language that is to be expected", () => {
    expect(draftLanguage(place("csharp"), "erd")).toBe("mermaid");
    expect(draftLanguage(place("csharp"), "code")).toBe("csharp");
    expect(draftLanguage(place("markdown"), "code")).toBe("markdown");
    expect(draftLanguage(place("markdown"), "html")).toBe("html");
    expect(draftLanguage(place("csharp"), "api-docs")).toBe("markdown");
  });
});

describe("of a text that is written part by part", () => {
  const [before, first, second, whole] = ["# A\n", "# A\npie", "# A\npie\n a", "# A\npie\n a : 1"];

  test("all states but the first and the last are known as those in which only a part is there", () => {
    const partly = new PartlyWritten();
    const parts = partly.of("file:///a.md", before);
    parts.add(first);
    parts.add(second);
    expect([before, first, second, whole].map((content) => partly.has("file:///a.md", content))).toEqual([false, true, true, false]);
    expect(partly.has("file:///b.md", first)).toBe(false);
  });

  test("the last part is the whole where nothing more comes", () => {
    const partly = new PartlyWritten();
    const parts = partly.of("file:///a.md", before);
    parts.add(first);
    parts.add(second);
    parts.end();
    expect([first, second].map((content) => partly.has("file:///a.md", content))).toEqual([true, false]);
  });

  test("what was there before another text takes its place is no part of that", () => {
    const partly = new PartlyWritten();
    partly.of("file:///a.md", before).add(first);
    const again = partly.of("file:///a.md", second);
    again.add(second);
    again.add(whole);
    expect([second, whole].map((content) => partly.has("file:///a.md", content))).toEqual([false, true]);
  });
});

describe("a region", () => {
  const region = { start: 10, end: 20 };
  const change = (rangeOffset: number, rangeLength: number, text: string) => ({ rangeOffset, rangeLength, text });

  test.each([
    ["is moved by what is typed before it", change(3, 0, "ab"), { start: 12, end: 22 }],
    ["is moved by what is typed right before it", change(10, 0, "ab"), { start: 12, end: 22 }],
    ["stays where something is typed right behind it", change(20, 0, "ab"), region],
    ["stays where something is deleted behind it", change(25, 3, ""), region],
    ["grows with what is typed in it", change(15, 0, "ab"), { start: 10, end: 22 }],
    ["shrinks with what is deleted in it", change(12, 4, "x"), { start: 10, end: 17 }],
    ["is empty when an undo takes it out", change(10, 10, ""), { start: 10, end: 10 }],
    ["loses its beginning with an edit over it", change(5, 8, "xy"), { start: 7, end: 14 }],
    ["loses its end with an edit over it", change(15, 10, "xy"), { start: 10, end: 15 }],
    ["is empty when an edit goes over all of it", change(5, 20, "xy"), { start: 5, end: 5 }],
  ])("%s", (_, edit, expected) => expect(moved(region, edit)).toEqual(expected));

  test("that is typed over as a whole takes in what is typed on", () => {
    const typed = ["a", "b", "\n", "c"].reduce<Region>(
      (now, text, index) => moved(now, index === 0 ? change(10, 10, text) : change(now.end, 0, text)),
      region,
    );
    expect(typed).toMatchObject({ start: 10, end: 14 });
    expect(moved(typed, change(0, 0, "xy"))).toMatchObject({ start: 12, end: 16 });
    expect(moved(moved(typed, change(13, 1, "")), change(13, 0, "d"))).toMatchObject({ start: 10, end: 14 });
  });
});

test.each([
  ["abc", "abcd", { rangeOffset: 3, rangeLength: 0, text: "d" }],
  ["a```", "ab```", { rangeOffset: 1, rangeLength: 0, text: "b" }],
  ["aa", "aaa", { rangeOffset: 2, rangeLength: 0, text: "a" }],
  ["abc", "", { rangeOffset: 0, rangeLength: 3, text: "" }],
  ["abc", "abc", { rangeOffset: 3, rangeLength: 0, text: "" }],
  ["axc", "ayc", { rangeOffset: 1, rangeLength: 1, text: "y" }],
])("the smallest replacement of %s by %s", (before, after, expected) => expect(replacement(before, after)).toEqual(expected));

describe("what is shown at a prompt line", () => {
  const here = { uri: "file:///a.mmd", line: 3 };
  const asked = (...tokens: string[]): Answers => {
    const answers = new Answers();
    for (const token of tokens) answers.ask(token, here);
    return answers;
  };

  test("nothing where a line asks for nothing: its request only ends", () => {
    const answers = asked("1");
    answers.grow("1", "text");
    expect(answers.current).toBeUndefined();
    answers.end("1");
    answers.begin("1");
    expect(answers.current).toBeUndefined();
  });

  test("that it is being answered, with the lines that are there, until the response", () => {
    const answers = asked("1");
    answers.begin("1");
    expect(answers.current).toMatchObject({ ...here, nLines: 0 });
    answers.grow("1", "erDiagram");
    answers.grow("1", "\n  GUEST {\n");
    expect([answers.isAnswering, answers.current?.nLines]).toEqual([true, 3]);
    answers.end("1");
    expect([answers.isAnswering, answers.current]).toEqual([false, undefined]);
  });

  test("the later of two requests; what is still said about the earlier one changes nothing", () => {
    const answers = asked("1", "2");
    answers.begin("1");
    answers.begin("2");
    answers.grow("1", "a\nb");
    answers.fail("1", "why");
    answers.end("1");
    expect(answers.current).toMatchObject({ nLines: 0 });
    expect(answers.isAnswering).toBe(true);
  });

  test("why no answer came, until the person goes on in that file or to another one", () => {
    const answers = asked("1");
    answers.begin("1");
    answers.leave(here.uri);
    expect(answers.isAnswering).toBe(true);
    answers.fail("1", "there is no model");
    answers.end("1");
    answers.leave("file:///other");
    expect(answers.current?.problem).toBe("there is no model");
    expect(answers.isAnswering).toBe(false);
    answers.leave(here.uri);
    expect(answers.current).toBeUndefined();
  });
});
