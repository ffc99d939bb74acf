// Writes l10n/bundle.l10n.json: every text that the code gives to `t`, for translators to begin with.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const sources = readdirSync("src", { recursive: true }).filter((file) => file.endsWith(".ts"));
const texts = sources.flatMap((file) =>
  [...readFileSync(join("src", file), "utf8").matchAll(/(?<![\w.])(?:vscode\.l10n\.)?t\(\s*("(?:[^"\\]|\\.)*")/g)].map(([, literal]) =>
    JSON.parse(literal),
  ),
);
const bundle = Object.fromEntries([...new Set(texts)].sort().map((text) => [text, text]));
writeFileSync("l10n/bundle.l10n.json", `${JSON.stringify(bundle, null, 2)}\n`);
