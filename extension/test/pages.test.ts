import { describe, expect, test } from "vitest";
import { doctorPage } from "../src/doctorPage";
import { exampleText } from "../src/exampleText";
import type { ExampleResult } from "../src/protocol";
import { reportPage } from "../src/report/page";
import { t } from "./plain";

describe("the report in a webview", () => {
  const html =
    "<head><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline'\"><style>a{}</style></head>" +
    '<body><script type="application/json" id="rows">[]</script><script>run()</script></body>';
  const page = reportPage(html, "n0nce");

  test("allows nothing but what bears the nonce", () => {
    expect(page).toContain("default-src 'none'; style-src 'nonce-n0nce'; style-src-attr 'unsafe-inline'; script-src 'nonce-n0nce'\"");
    expect(page).not.toContain("script-src 'unsafe-inline'");
    expect(page.match(/<script nonce="n0nce">/g)).toHaveLength(1);
    expect(page.match(/<style(?! nonce="n0nce")/g)).toBeNull();
  });

  test("takes the colours of the theme", () => {
    expect(page).toContain("--ground: var(--vscode-editor-background);");
  });
});

describe("an example to read", () => {
  const example: ExampleResult = {
    id: "abc",
    family: "variations",
    kind: "diagram.erd",
    language: "markdown",
    prompt: "Draw it.\n",
    completion: "````\ninner\n````\n",
    path: "src/a.md",
    uri: null,
    startLine: 3,
    endLine: 9,
    contextPaths: [],
    commit: "",
    rule: "diagrams.erd",
    licence: "MIT",
  };

  test("says where it comes from, and leaves out what it has not", () => {
    const text = exampleText(example, t);
    expect(text).toContain("- From: `src/a.md:3–9`");
    expect(text).not.toContain("Commit");
    expect(text).not.toContain("Quotes");
  });

  test("fences an answer that has fences of its own", () => {
    expect(exampleText(example, t)).toContain("`````markdown\n````\ninner\n````\n`````");
  });
});

describe("the Doctor's page", () => {
  const findings = [
    { what: "Python", state: "ok", detail: "3.12 at C:\\Python", remedy: "" },
    { what: "git", state: "missing", detail: "no | git", remedy: "install git" },
    { what: "Store", state: "broken", detail: "locked", remedy: "close the other window" },
  ] as const;
  const page = doctorPage(findings, t);

  test("puts what is broken first, with its remedy", () => {
    expect(page.indexOf("Store")).toBeLessThan(page.indexOf("git"));
    expect(page.indexOf("git")).toBeLessThan(page.indexOf("Python"));
    expect(page).toContain("→ close the other window");
    expect(page).toContain("1 of 3 things need your attention.");
  });

  test("keeps a table with whatever stands in a finding", () => {
    expect(page).toContain("no \\| git");
    expect(page).toContain("C:\\\\Python");
  });
});
