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

// jsdom looks for two files beside its own: a script for synchronous requests, which nothing here makes, and its style sheet, which is put in.
const selfContainedJsdom = {
  name: "self-contained jsdom",
  setup({ onLoad }) {
    onLoad({ filter: /jsdom[\\/].*XMLHttpRequest-impl\.js$/ }, async ({ path }) => {
      return { contents: replaced(await readFile(path, "utf8"), /require\.resolve\("\.\/xhr-sync-worker\.js"\)/, "undefined") };
    });
    onLoad({ filter: /jsdom[\\/].*computed-style\.js$/ }, async ({ path }) => {
      const sheet = await readFile(new URL("../../../browser/default-stylesheet.css", `file://${path}`), "utf8");
      return {
        contents: replaced(await readFile(path, "utf8"), /fs\.readFileSync\(\s*path\.resolve\([^)]*\),[^)]*\)/, JSON.stringify(sheet)),
      };
    });
  },
};

function replaced(source, pattern, text) {
  if (!pattern.test(source)) throw new Error(`jsdom has changed: ${pattern} is no longer in it`);
  return source.replace(pattern, () => text);
}

await build({
  ...common,
  entryPoints: ["../dataset_core/mermaid/parse.mjs"],
  outfile: "dist/mermaid/parse.mjs",
  format: "esm",
  minify: true,
  plugins: [selfContainedJsdom],
  // Its other build reads data files beside itself.
  alias: { "css-tree": "../node_modules/css-tree/dist/csstree.esm.js" },
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
});

// Mermaid itself is a script that the parser loads at run time; minified, it is a third of the size.
const mermaid = await readFile("../node_modules/mermaid/dist/mermaid.js", "utf8");
await writeFile("dist/mermaid/mermaid.js", (await transform(copyOnce(mermaid), { minify: true })).code);
