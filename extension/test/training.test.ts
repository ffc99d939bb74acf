import { describe, expect, test } from "vitest";
import type { RunResult, RunSummary, TrainingChoicesResult } from "../src/protocol";
import { curveHtml, ticks } from "../src/training/curve";
import { defaults, estimateWords, formEndHtml, formHeadHtml, formHtml, paramsOf, problemOf } from "../src/training/form";
import { html } from "../src/training/html";
import type { FormValues } from "../src/training/messages";
import { SECTIONS, trainingPage } from "../src/training/page";
import { runSections } from "../src/training/runPage";
import { duration, runItemText, trainingInStatusBar } from "../src/training/text";
import { t } from "./plain";

const FOLDER = "file:///shop";
const CHOICES: TrainingChoicesResult = {
  exports: [
    { uri: "file:///shop/finetune_datasets/erd_1.jsonl", name: "erd_1.jsonl", rows: 4748, newer: 0 },
    { uri: "file:///shop/finetune_datasets/few.jsonl", name: "few.jsonl", rows: 312, newer: 3 },
  ],
  bases: [
    { path: "", title: "SmolLM2" },
    { path: "/models/qwen.gguf", title: "qwen" },
  ],
  presets: [
    { name: "quick", minutes: 10, epochs: 0 },
    { name: "standard", minutes: 0, epochs: 3 },
  ],
  minimumRows: 500,
  missing: [],
  running: "",
};
const SUMMARY: RunSummary = {
  name: "20261122-101500-a1b2",
  status: "training",
  stopping: false,
  step: 240,
  plannedSteps: 310,
  etaSeconds: 136,
  message: "",
  baseLoss: 1.58,
  bestLoss: 0.914,
};
const RUN: RunResult = {
  summary: SUMMARY,
  base: "SmolLM2",
  data: "erd_1.jsonl",
  rows: 4748,
  validationRows: 32,
  place: "float32",
  learningRate: 0.001,
  seed: 0,
  elapsedSeconds: 464,
  tokensPerSecond: 812.4,
  trainingLoss: [
    { step: 1, loss: 1.66 },
    { step: 240, loss: 0.97 },
  ],
  heldOutLoss: [
    { step: 0, loss: 1.58 },
    { step: 228, loss: 0.914 },
  ],
  diagnosis: ["The loss fell."],
  notes: [],
  model: null,
  logUri: "file:///shop/log.txt",
  evaluation: null,
  samples: [],
};
const EVALUATION = { baseLoss: 1.62, loss: 0.84, baseFirstPrompts: 0, firstPrompts: 1, allFirstPrompts: 1, uri: "file:///index.html" };
const AROUND = { inUse: false, evaluating: false };

describe("the form", () => {
  const values = (changes: Partial<FormValues> = {}): FormValues => ({ ...defaults(CHOICES), ...changes });
  const problem = (changes: Partial<FormValues>): string => problemOf(values(changes), CHOICES, t);

  test("can be started as it comes: the newest export, the embedded base, the first preset", () => {
    expect(problem({})).toBe("");
    expect(paramsOf(values(), FOLDER)).toEqual({
      folder: FOLDER,
      base: "",
      export: "file:///shop/finetune_datasets/erd_1.jsonl",
      preset: "quick",
      seed: 0,
      learningRate: null,
    });
  });

  test("a time of one's own takes the place of a preset", () => {
    const params = paramsOf(values({ length: "minutes", minutes: "2,5", learningRate: " 0.002 " }), FOLDER);
    expect([params.minutes, params.preset, params.learningRate]).toEqual([2.5, undefined, 0.002]);
  });

  test("too few rows are refused with what to do", () => {
    expect(problem({ export: "file:///shop/finetune_datasets/few.jsonl" })).toMatch(/^few\.jsonl has 312 rows.*at least 500.*Add Examples/);
  });

  test.each([
    [{ length: "minutes", minutes: "" }, /^Minutes/],
    [{ length: "minutes", minutes: "-3" }, /^Minutes/],
    [{ length: "minutes", minutes: "soon" }, /^Minutes/],
    [{ seed: "1.5" }, /^Seed/],
    [{ seed: "-1" }, /^Seed/],
    [{ seed: "99999999999" }, /^Seed/],
    [{ learningRate: "0" }, /^Learning rate/],
    [{ learningRate: "2" }, /^Learning rate/],
    [{ export: "gone" }, /^Choose/],
  ])("%j is named", (changes, words) => {
    expect(problem(changes)).toMatch(words);
  });

  test("minutes count only where they are chosen", () => {
    expect(problem({ length: "quick", minutes: "" })).toBe("");
  });

  test("offers what there is, with the count of rows, and escapes names", () => {
    const evil = { ...CHOICES, bases: [{ path: '/x"><script>', title: "<b>" }] };
    const { text } = formHtml(evil, defaults(evil), t);
    expect(text).toContain("erd_1.jsonl, 4,748 rows");
    expect(text).toContain("Standard: 3 passes over all rows");
    expect(text).not.toMatch(/<script>|<b>/);
  });

  test("says what came after the chosen rows were written, and offers to export it", () => {
    const words = "3 examples that you added, accepted or corrected since are not among them.";
    expect(formHtml(CHOICES, values({ export: "file:///shop/finetune_datasets/few.jsonl" }), t).text).toContain(words);
    expect(formHtml(CHOICES, values(), t).text).not.toContain("exportAgain");
  });

  test("says how an estimate is known", () => {
    expect(estimateWords({ seconds: 600, basis: "timeBox" }, t)).toMatch(/^Takes 10 minutes, after/);
    expect(estimateWords({ seconds: 9000, basis: "earlierRun" }, t)).toMatch(/^Takes about 2\.5 hours, judged by the speed of the last/);
    expect(estimateWords({ seconds: null, basis: "machine" }, t)).toMatch(/not known yet/);
  });
});

describe("a run in words", () => {
  test("in the tree, while it goes on", () => {
    expect(runItemText(SUMMARY, t)).toEqual({
      description: "training · step 240 of 310 · 2 minutes left · held-out loss 1.58 → 0.91",
      tooltip: "training · step 240 of 310 · 2 minutes left · held-out loss 1.58 → 0.91",
      icon: "sync",
    });
  });

  test("tells in the tree why it failed", () => {
    const failed = runItemText({ ...SUMMARY, status: "failed", etaSeconds: null, message: "Memory ran out." }, t);
    expect([failed.tooltip, failed.icon]).toEqual(["Memory ran out.", "error"]);
  });

  test("in the status bar, with what is left", () => {
    expect(trainingInStatusBar(SUMMARY, t).text).toBe("$(sync~spin) Training 77 %, 2 minutes left");
    expect(trainingInStatusBar({ ...SUMMARY, stopping: true }, t).text).toBe("$(sync~spin) Training: stopping");
    expect(trainingInStatusBar({ ...SUMMARY, status: "preparing", plannedSteps: 0 }, t).text).toBe("$(sync~spin) Training: preparing");
  });

  test.each([
    [20, "less than a minute"],
    [61, "1 minute"],
    [136, "2 minutes"],
    [3600, "60 minutes"],
    [9000, "2.5 hours"],
    [100_000, "28 hours"],
  ])("%d seconds", (seconds, words) => {
    expect(duration(seconds, t)).toBe(words);
  });
});

describe("the page of a run", () => {
  const shown = (run: RunResult, around = AROUND): string =>
    Object.values(runSections(run, around, t))
      .map(({ text }) => text)
      .join("\n");
  const actions = (run: RunResult, around = AROUND): string[] =>
    [...shown(run, around).matchAll(/data-action="(\w+)"/g)].map(([, name]) => name ?? "");
  const ended = (changes: Partial<RunSummary>, others: Partial<RunResult> = {}): RunResult => ({
    ...RUN,
    ...others,
    summary: { ...SUMMARY, etaSeconds: null, ...changes },
  });

  test("shows how far it is, and offers to stop", () => {
    expect(shown(RUN)).toContain('<progress max="100" value="77"');
    expect(shown(RUN)).toContain("Step 240 of 310 · 2 minutes left · 8 minutes so far · 812 tokens a second · held-out loss 1.58 → 0.91");
    expect(actions(RUN)).toEqual(["stop", "showLog"]);
    expect(actions({ ...RUN, summary: { ...SUMMARY, stopping: true } })).toEqual(["showLog"]);
  });

  test("of one that was stopped offers to go on, to measure and to use it", () => {
    expect(actions(ended({ status: "cancelled" }, { model: "runs/a/adapter.gguf" }))).toEqual([
      "resume",
      "use",
      "evaluate",
      "again",
      "showLog",
    ]);
  });

  test("of one that was finished does not offer to go on, nor to use what is used", () => {
    const run = ended({ status: "finished" }, { model: "runs/a/adapter.gguf" });
    expect(actions(run, { inUse: true, evaluating: true })).toEqual(["again", "showLog"]);
    expect(shown(run, { inUse: true, evaluating: false })).toContain("This model answers.");
  });

  test("tells why it failed and what its course means", () => {
    const text = shown(ended({ status: "failed", message: "Memory <ran> out." }));
    expect(text).toContain("Memory &lt;ran&gt; out.");
    expect(text).toContain("<li>The loss fell.</li>");
  });

  test("shows before and after, diagrams as pictures where the parser takes them", () => {
    const before = { text: "Sure! An ERD <is>", language: "markdown", valid: false, checks: [{ name: "Guest", passed: false }] };
    const after = { text: "erDiagram\n  A ||--o{ B : has", language: "mermaid", valid: true, checks: [{ name: "Guest", passed: true }] };
    const text = shown(ended({ status: "finished" }, { evaluation: EVALUATION, samples: [{ prompt: "An ERD", before, after }] }));
    expect(text).toContain("Loss on held-out rows 1.62 → 0.84. First prompts passed 0 → 1 of 1.");
    expect(text).toContain("Sure! An ERD &lt;is&gt;");
    expect(text.match(/class="diagram"/g)).toHaveLength(1);
    expect(text).toMatch(/✗<\/span> Guest<span class="unseen">, missing/);
    const refused = shown(
      ended({ status: "finished" }, { evaluation: EVALUATION, samples: [{ prompt: "An ERD", before, after: { ...after, valid: false } }] }),
    );
    expect(refused).not.toContain('class="diagram"');
    expect(refused).toContain("The Mermaid parser refuses it.");
  });
});

describe("the curves", () => {
  test("have round numbers at their axes", () => {
    expect(ticks(1.66, 0.1)).toEqual([0, 0.5, 1, 1.5, 2]);
    expect(ticks(310, 1)).toEqual([0, 100, 200, 300, 400]);
    expect(ticks(0, 0.1)).toEqual([0, 0.02, 0.04, 0.06, 0.08, 0.1]);
  });

  test("stay within their frame and are told to those who do not see them", () => {
    const { text } = curveHtml({ trainingLoss: RUN.trainingLoss, heldOutLoss: RUN.heldOutLoss, plannedSteps: 310 }, t);
    const numbers = [...text.matchAll(/points="([^"]*)"/g)].flatMap(([, points]) => (points ?? "").split(/[ ,]/).map(Number));
    expect(numbers).toHaveLength(8);
    expect(numbers.every((number) => number >= 0 && number <= 100)).toBe(true);
    expect(text).toContain('aria-label="Training loss from 1.66 to 0.97 in 240 steps. Held-out loss from 1.58 to 0.91."');
  });

  test("wait for the first steps", () => {
    expect(curveHtml({ trainingLoss: [], heldOutLoss: [{ step: 0, loss: 2 }], plannedSteps: 0 }, t).text).toContain("The curves begin");
  });
});

describe("the page", () => {
  const page = trainingPage({
    nonce: "n0nce",
    source: "https://webview",
    script: "https://webview/training.js",
    mermaid: "https://webview/mermaid.js",
    state: { folder: 'file:///a"b', run: "r" },
    title: "Training",
  });

  test("names each thing once", () => {
    const form = { head: formHeadHtml("shop", t), fields: formHtml(CHOICES, defaults(CHOICES), t), ...formEndHtml("wrong", "", t) };
    for (const sections of [form, runSections(RUN, AROUND, t)]) {
      const text = [page, ...Object.values(sections).map((section) => section.text)].join("");
      const ids = [...text.matchAll(/ id="(\w+)"/g)].map(([, id]) => id);
      expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
      expect(Object.keys(sections).filter((name) => !(SECTIONS as readonly string[]).includes(name))).toEqual([]);
    }
  });

  test("runs its own script alone and fetches nothing", () => {
    expect(page).toContain("default-src 'none'; script-src 'nonce-n0nce'; style-src 'unsafe-inline'; font-src https://webview\"");
    expect(page.match(/<script/g)).toHaveLength(1);
  });

  test("keeps what it shows for when the window is loaded anew", () => {
    expect(page).toContain('data-state="{&quot;folder&quot;:&quot;file:///a\\&quot;b&quot;,&quot;run&quot;:&quot;r&quot;}"');
  });

  test("what is put into HTML is escaped", () => {
    expect(html`<b>${"<i>"}${1}${[html`<u>${"&"}</u>`]}</b>`.text).toBe("<b>&lt;i&gt;1<u>&amp;</u></b>");
  });
});
