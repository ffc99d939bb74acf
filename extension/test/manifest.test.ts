import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = path.join(import.meta.dirname, "..");
const text = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");
const manifest = JSON.parse(text("package.json")) as {
  extensionKind: string[];
  capabilities: {
    untrustedWorkspaces: { supported: string; restrictedConfigurations: string[] };
    virtualWorkspaces: { supported: boolean; description: string };
  };
  contributes: {
    commands: { command: string }[];
    menus: Record<string, { command: string }[]>;
    configuration: { properties: Record<string, { scope: string; type: string | string[]; enum?: unknown[] }> };
    keybindings: { key: string; when: string }[];
  };
};
const sources = (readdirSync(path.join(ROOT, "src"), { recursive: true }) as string[])
  .filter((file) => file.endsWith(".ts"))
  .map((file) => text(path.join("src", file)))
  .join("\n");
const declared = manifest.contributes.commands.map(({ command }) => command);

describe("the package", () => {
  test("holds every script that the code loads", () => {
    const kept = text(".vscodeignore").split("\n");
    const bundled = ["extension", ...readdirSync(path.join(ROOT, "webview")).map((file) => path.parse(file).name)];
    const loaded = bundled.filter((name) => name === "extension" || sources.includes(`"${name}.js"`));
    expect(loaded.length).toBeGreaterThan(2);
    expect(kept).toEqual(expect.arrayContaining(loaded.map((name) => `!dist/${name}.js`)));
  });
});

describe("the manifest", () => {
  test("declares the commands that the code registers, and no others", () => {
    const registered = [...sources.matchAll(/register(?:TextEditor)?Command\(\s*"(mothertongue\.\w+)"/g)].map(([, command]) => command);
    // A tree item's own command, which nobody can call by its name.
    expect(registered.filter((command) => command !== "mothertongue.showMore").sort()).toEqual([...declared].sort());
  });

  test("puts only declared commands into menus", () => {
    const inMenus = Object.values(manifest.contributes.menus).flatMap((menu) => menu.map(({ command }) => command));
    expect(inMenus.filter((command) => !declared.includes(command))).toEqual([]);
  });

  test("binds no key but Escape, and that only while a text is generated", () => {
    expect(manifest.contributes.keybindings.map(({ key }) => key)).toEqual(["escape"]);
    expect(manifest.contributes.keybindings[0]?.when).toMatch(/^mothertongue\.generating && editorTextFocus && /);
  });

  test("runs where the workspace is, in Restricted Mode with limits, and not on virtual file systems", () => {
    expect(manifest.extensionKind).toEqual(["workspace"]);
    expect(manifest.capabilities.untrustedWorkspaces.supported).toBe("limited");
    expect(manifest.capabilities.virtualWorkspaces).toEqual({ supported: false, description: "%capabilities.virtual%" });
  });

  test("lets no workspace that is not trusted choose an executable, a package index or a folder", () => {
    const { untrustedWorkspaces } = manifest.capabilities;
    // Whatever is free text could be a path or an address. What is of the machine alone, no workspace sets.
    const free = Object.entries(manifest.contributes.configuration.properties)
      .filter(([, { type, enum: choices, scope }]) => [type].flat().includes("string") && choices === undefined && scope !== "machine")
      .map(([name]) => name);
    expect(free).toContain("mothertongue.python");
    expect(free.filter((name) => !untrustedWorkspaces.restrictedConfigurations.includes(name))).toEqual([]);
    expect(manifest.contributes.configuration.properties["mothertongue.modelEnvironment.indexUrl"]?.scope).toBe("machine");
  });

  test("gives every setting a scope", () => {
    const scopes = Object.values(manifest.contributes.configuration.properties).map(({ scope }) => scope);
    expect([...new Set(scopes)].sort()).toEqual(["machine", "machine-overridable", "resource", "window"]);
  });

  test("has a text for each name that it uses, and uses each text", () => {
    const used = [...text("package.json").matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key);
    const defined = Object.keys(JSON.parse(text("package.nls.json")) as Record<string, string>);
    expect([...new Set(used)].sort()).toEqual(defined.sort());
  });

  test("sends nothing anywhere", () => {
    expect(sources).not.toMatch(/TelemetryReporter|createTelemetryLogger|fetch\(|node:https?"/);
  });
});

test("no text that people read stands in the code without being translated", () => {
  const shown =
    /\b(?:label|detail|description|tooltip|title|message|prompt|placeHolder|placeholder|contentText)(?: =|:)\s*(["`])((?:(?!\1)[^\\]|\\.)*)\1/g;
  const bare = [...sources.replaceAll(/\$\{[^{}]*\}|\$\([\w~-]+\)/g, "").matchAll(shown)].map(([, , words]) => words ?? "");
  expect(bare.filter((words) => /[A-Za-z]{2}/.test(words))).toEqual([]);
});

test("every text that can be translated is in the bundle for translators", () => {
  const bundle = new Set(Object.keys(JSON.parse(text("l10n/bundle.l10n.json")) as Record<string, string>));
  const texts = [...sources.matchAll(/(?<![\w.])(?:vscode\.l10n\.)?t\(\s*("(?:[^"\\]|\\.)*")/g)].map(
    ([, literal]) => JSON.parse(literal ?? "") as string,
  );
  expect(texts.length).toBeGreaterThan(50);
  expect([...new Set(texts)].sort()).toEqual([...bundle]);
});
