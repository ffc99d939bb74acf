// Bundles the extension, and the real Mermaid parser that the language server runs, into dist/.
import { readFile, writeFile } from "node:fs/promises";
import { build, transform } from "esbuild";
import { copyOnce } from "../dataset_core/mermaid/copy_once.mjs";

const common = { bundle: true, platform: "node", target: "node20", logLevel: "warning" };

await build({
  ...common,
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.js",
  format: "cjs",
  external: ["vscode"],
  minify: true,
  sourcemap: process.argv.includes("--sourcemap"),
});

// The pages: of the preview and of trainings. They load the Mermaid that the parser runs when they have a diagram.
await build({
  ...common,
  entryPoints: ["webview/preview.ts", "webview/training.ts"],
  outdir: "dist",
  platform: "browser",
  target: "es2022",
  format: "iife",
  minify: true,
});

await build({
  ...common,
  entryPoints: ["../dataset_core/mermaid/parse.mjs"],
  outfile: "dist/mermaid/parse.mjs",
  format: "esm",
  minify: true,
});

// Mermaid itself is a script that the parser loads at run time; minified, it is a third of the size.
const mermaid = await readFile("../node_modules/mermaid/dist/mermaid.js", "utf8");
await writeFile("dist/mermaid/mermaid.js", (await transform(copyOnce(mermaid), { minify: true })).code);
