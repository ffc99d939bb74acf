import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { figuresOf, modelItemText, modelName } from "../src/models/text";
import type { OfferedModel } from "../src/protocol";
import { fingerprint } from "../src/runFiles";
import { t } from "./plain";

const EVALUATION = {
  baseLoss: 1.6249,
  loss: 0.8401,
  baseFirstPrompts: 0,
  firstPrompts: 3,
  allFirstPrompts: 4,
  uri: "file:///run/index.html",
};
const ADAPTER: OfferedModel = {
  name: ".mothertongue/runs/20261122-101500-a1b2/adapter.gguf",
  kind: "adapter",
  title: "20261122-101500-a1b2",
  uri: "file:///shop/.mothertongue/runs/20261122-101500-a1b2/adapter.gguf",
  base: "SmolLM2-135M-Instruct.Q4_1",
  evaluation: EVALUATION,
  inUse: true,
};
const EMBEDDED: OfferedModel = { name: "embedded", kind: "embedded", title: "", uri: null, base: "", evaluation: null, inUse: false };

describe("a model in the tree", () => {
  test("is marked where it answers, with its figures before and after", () => {
    expect(modelItemText(ADAPTER, t)).toEqual({
      label: "20261122-101500-a1b2",
      description: "loss 1.62 → 0.84 · first prompts 0 → 3 of 4 · in use",
      tooltip: `20261122-101500-a1b2\n${ADAPTER.name}\ntrained on SmolLM2-135M-Instruct.Q4_1\nloss 1.62 → 0.84 · first prompts 0 → 3 of 4`,
      icon: "pass-filled",
      contextValue: "model file evaluated",
    });
  });

  test("says that it was not evaluated, and offers to be used", () => {
    const { description, contextValue, icon } = modelItemText({ ...ADAPTER, evaluation: null, inUse: false }, t);
    expect([description, contextValue, icon]).toEqual(["not evaluated", "model choosable file", "chip"]);
  });

  test("leaves out what was not measured", () => {
    expect(figuresOf({ ...ADAPTER, evaluation: { ...EVALUATION, baseLoss: null } }, t)).toBe("first prompts 0 → 3 of 4");
    expect(figuresOf({ ...ADAPTER, evaluation: { ...EVALUATION, allFirstPrompts: 0 } }, t)).toBe("loss 1.62 → 0.84");
  });

  test("has a name that says what it is", () => {
    expect(modelName(EMBEDDED, t)).toBe("Embedded base");
    expect(modelName({ ...ADAPTER, kind: "merged" }, t)).toBe("20261122-101500-a1b2, merged");
    expect(modelItemText(EMBEDDED, t).contextValue).toBe("model choosable");
  });
});

test("whatever comes to a run, new or old, is seen", async () => {
  const runs = path.join(await mkdtemp(path.join(tmpdir(), "mothertongue-runs-")), "runs");
  const seen = [await fingerprint(runs)];
  const look = async (): Promise<void> => void seen.push(await fingerprint(runs));
  await mkdir(path.join(runs, "one", "evaluation"), { recursive: true });
  await writeFile(path.join(runs, "one", "adapter.gguf"), "GGUF");
  await look();
  await writeFile(path.join(runs, "one", "evaluation", "evaluation.json"), "{}");
  await look();
  await writeFile(path.join(runs, "one", "adapter.gguf"), "GGUF again");
  await look();
  await rm(path.join(runs, "one"), { recursive: true });
  await look();
  expect(seen[0]).toBe("");
  expect(seen.at(-1)).toBe("");
  expect(new Set(seen.slice(1)).size).toBe(4);
});
