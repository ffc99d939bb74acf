// What lies in the folders of training runs, as far as lists of them and of models depend on it (IO; knows no editor).
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";

const FILES = ["settings.json", "adapter.gguf", "merged.gguf", path.join("evaluation", "evaluation.json")];

/** Another one whenever a run or a file that is shown has come, changed or gone, or a run has begun or ended; not at each of its steps. */
export async function fingerprint(runs: string): Promise<string> {
  const names = await readdir(runs).catch(() => []);
  const parts = names.sort().map(async (name) => {
    const files = FILES.map((file) => path.join(runs, name, file));
    const found = await Promise.all(files.map((file) => stat(file).catch(() => undefined)));
    const there = files.flatMap((file, index) =>
      found[index] === undefined ? [] : [`${file} ${found[index].mtimeMs} ${found[index].size}`],
    );
    return [...there, await statusIn(path.join(runs, name, "state.json"))];
  });
  return (await Promise.all(parts)).flat().join("\n");
}

async function statusIn(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => "");
  return /"status":\s*"\w+"/.exec(text)?.[0] ?? "";
}
