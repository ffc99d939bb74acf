// What lies in the folders of training runs, as far as it is shown (IO; knows no editor).
import { readdir, stat } from "node:fs/promises";
import path from "node:path";

const FILES = ["state.json", "adapter.gguf", "merged.gguf", path.join("evaluation", "evaluation.json")];

/** Another one whenever a file that is shown has come, changed or gone. */
export async function fingerprint(runs: string): Promise<string> {
  const names = await readdir(runs).catch(() => []);
  const files = names.sort().flatMap((name) => FILES.map((file) => path.join(runs, name, file)));
  const found = await Promise.all(files.map((file) => stat(file).catch(() => undefined)));
  return files
    .flatMap((file, index) => (found[index] === undefined ? [] : [`${file} ${found[index].mtimeMs} ${found[index].size}`]))
    .join("\n");
}
