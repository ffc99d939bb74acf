// An example as Markdown to read. Pure.
import type { ExampleResult } from "./protocol";
import type { Translate } from "./statusText";

/** Where it comes from, what is asked, and the answer; fences are as long as they must be to hold what they hold. */
export function exampleText(example: ExampleResult, t: Translate): string {
  const { kind, path, startLine, endLine, commit, rule, licence, family, contextPaths } = example;
  const place = startLine === 0 ? path : `${path}:${startLine}–${endLine}`;
  const facts = [
    [t("From"), place],
    [t("Commit"), commit.slice(0, 12)],
    [t("Family"), family],
    [t("Rule"), rule],
    [t("Licence"), licence],
    [t("Quotes"), contextPaths.join(", ")],
  ].filter(([, value]) => value !== "");
  return [
    `# ${kind.replaceAll("_", " ")}`,
    facts.map(([name, value]) => `- ${name ?? ""}: \`${value ?? ""}\``).join("\n"),
    `## ${t("Prompt")}`,
    example.prompt.trim(),
    `## ${t("Answer")}`,
    fenced(example.completion, example.language),
    "",
  ].join("\n\n");
}

function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\n$/, "")}\n${fence}`;
}
