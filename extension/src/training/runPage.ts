// What the page shows of a run, section by section. Pure.
import type { ModelEvaluation, RunResult, RunSummary, Sample, SampleAnswer } from "../protocol";
import type { Translate } from "../statusText";
import { curveHtml } from "./curve";
import { html, NOTHING, when, type Html } from "./html";
import type { Action } from "./messages";
import { canResume, duration, isUnderWay, lossWords, shareDone } from "./text";

/** What the extension knows of a run beside what the server says. */
export interface Around {
  /** Whether its adapter answers now. */
  readonly inUse: boolean;
  readonly evaluating: boolean;
}

/** The sections of the page, by their names. */
export function runSections(run: RunResult, around: Around, t: Translate): Record<string, Html> {
  return {
    head: head(run, t),
    state: state(run.summary, t),
    bar: html`${buttons(run, around, t)}`,
    progress: progress(run, t),
    curve: curveHtml({ trainingLoss: run.trainingLoss, heldOutLoss: run.heldOutLoss, plannedSteps: run.summary.plannedSteps }, t),
    meaning: meaning(run, t),
    samples: samples(run, t),
    facts: facts(run, t),
  };
}

function head({ summary, base, data }: RunResult, t: Translate): Html {
  return html`<h1>${t("Training of {0}", beganAt(summary.name))}</h1>
    <p class="soft">${t("{0} learns from {1}", base, data)}</p>`;
}

/** The name of a run begins with when it was started. */
function beganAt(name: string): string {
  const [, year, month, day, hour, minute] = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)/.exec(name)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined || hour === undefined) return name;
  return new Date(year, month - 1, day, hour, minute).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}

function state(summary: RunSummary, t: Translate): Html {
  const kind = summary.status === "failed" || summary.status === "killed" ? "bad" : summary.status === "finished" ? "good" : "";
  return html`<p class="state ${kind}">${stateWords(summary, t)}</p>
    ${when(summary.message !== "", () => html`<p>${summary.message}</p>`)}`;
}

/** Where a run stands, in a sentence. */
export function stateWords(summary: RunSummary, t: Translate): string {
  if (summary.stopping) return t("Stopping after the step it is in; the best adapter is kept.");
  switch (summary.status) {
    case "starting":
      return t("Starting.");
    case "preparing":
      return t("Preparing: reads the rows, loads the base and measures it. This takes about a minute.");
    case "training":
      return t("Training. You can go on working, and close the editor: it does not end with it.");
    case "finished":
      return t("Finished.");
    case "cancelled":
      return t("Stopped. It can go on where it was.");
    case "failed":
      return t("Failed.");
    case "killed":
      return t("Interrupted: its process ended without a word. It can go on from its last checkpoint.");
    case "notStarted":
      return t("It never began. The log may say why.");
  }
}

// What one is most likely to want; others do not stand out.
const NEXT: ReadonlySet<Action> = new Set<Action>(["stop", "resume", "use", "evaluate"]);

function buttons({ summary, model, evaluation }: RunResult, { inUse, evaluating }: Around, t: Translate): Html[] {
  const underWay = isUnderWay(summary);
  const canEvaluate = !underWay && !evaluating && summary.bestLoss !== null;
  const offered: [Action, string, boolean][] = [
    ["stop", t("Stop"), underWay && !summary.stopping],
    ["resume", t("Resume"), canResume(summary)],
    ["use", t("Use This Model"), !underWay && model !== null && !inUse],
    ["evaluate", t("Evaluate"), evaluation === null && canEvaluate],
    ["openEvaluation", t("Open Evaluation"), evaluation?.uri != null],
    ["evaluateAgain", t("Evaluate Again"), evaluation !== null && canEvaluate],
    ["again", t("Train Again…"), !underWay],
    ["showLog", t("Show Log"), true],
  ];
  const shown = offered.filter(([, , isOffered]) => isOffered);
  const made = shown.map(
    ([action, label], index) =>
      html`<button type="button" id="${action}" data-action="${action}" ${index === 0 && NEXT.has(action) ? "" : html`class="secondary"`}>
        ${label}
      </button>`,
  );
  return inUse ? [...made, html`<span class="soft">${t("This model answers.")}</span>`] : made;
}

function progress({ summary, elapsedSeconds, tokensPerSecond }: RunResult, t: Translate): Html {
  const share = shareDone(summary);
  if (share === undefined) return NOTHING;
  const said = [
    t("Step {0} of {1}", summary.step.toLocaleString(), summary.plannedSteps.toLocaleString()),
    summary.etaSeconds === null ? "" : t("{0} left", duration(summary.etaSeconds, t)),
    elapsedSeconds === 0 ? "" : t("{0} so far", duration(elapsedSeconds, t)),
    tokensPerSecond === null ? "" : t("{0} tokens a second", Math.round(tokensPerSecond).toLocaleString()),
    lossWords(summary, t),
  ];
  return html`<progress max="100" value="${Math.round(share * 100)}" aria-label="${t("Progress")}"></progress>
    <p>${said.filter(Boolean).join(" · ")}</p>`;
}

/** What the course means: of a run that goes on, how to read it. */
function meaning({ summary, diagnosis, notes, heldOutLoss }: RunResult, t: Translate): Html {
  const sentences = isUnderWay(summary)
    ? heldOutLoss.length === 0
      ? []
      : [
          t(
            "The held-out loss tells how well it writes what it was never shown: as long as it falls, training helps. The adapter with the lowest one is kept.",
          ),
        ]
    : diagnosis;
  if (sentences.length + notes.length === 0) return NOTHING;
  return html`<h2>${t("What this means")}</h2>
    <ul>
      ${sentences.map((sentence) => html`<li>${sentence}</li>`)}
    </ul>
    ${when(
      notes.length > 0,
      () =>
        html`<ul class="soft">
          ${notes.map((note) => html`<li>${note}</li>`)}
        </ul>`,
    )}`;
}

function samples({ summary, samples: asked, evaluation }: RunResult, t: Translate): Html {
  if (isUnderWay(summary) || (summary.bestLoss === null && asked.length === 0)) return NOTHING;
  const title = html`<h2>${t("Before and after")}</h2>`;
  if (evaluation === null) {
    const what = t(
      "Evaluate asks the base and this adapter the four prompts that people try first, and measures both on rows that neither was shown. It takes some minutes.",
    );
    return html`${title}
      <p class="soft">${what}</p>`;
  }
  const notAsked = t("The first prompts were not asked: llama.cpp opens GGUF files alone, and this base is a folder.");
  return html`${title}${figures(evaluation, t)}
  ${asked.length === 0 ? html`<p class="soft">${notAsked}</p>` : asked.map((sample) => sampleHtml(sample, t))}`;
}

function figures({ baseLoss, loss, baseFirstPrompts, firstPrompts, allFirstPrompts }: ModelEvaluation, t: Translate): Html {
  const said = [
    baseLoss === null || loss === null ? "" : t("Loss on held-out rows {0} → {1}.", baseLoss.toFixed(2), loss.toFixed(2)),
    allFirstPrompts === 0 ? "" : t("First prompts passed {0} → {1} of {2}.", baseFirstPrompts, firstPrompts, allFirstPrompts),
  ];
  return html`<p>${said.filter(Boolean).join(" ")}</p>`;
}

function sampleHtml({ prompt, before, after }: Sample, t: Translate): Html {
  return html`<section class="sample">
    <h3>${prompt}</h3>
    <div class="pair">${answerHtml(t("Before"), before, t)}${answerHtml(t("After"), after, t)}</div>
  </section>`;
}

function answerHtml(title: string, { text, language, valid, checks }: SampleAnswer, t: Translate): Html {
  const isDiagram = language === "mermaid";
  const note = isDiagram && !valid ? t("The Mermaid parser refuses it.") : "";
  const marks = checks.map(
    ({ name, passed }) =>
      html`<li class="${passed ? "good" : "bad"}">
        <span aria-hidden="true">${passed ? "✓" : "✗"}</span> ${name}<span class="unseen">, ${passed ? t("there") : t("missing")}</span>
      </li>`,
  );
  const shown = text.trim() === "" ? html`<p class="soft">${t("It answered nothing.")}</p>` : html`<pre tabindex="0">${text}</pre>`;
  return html`<div class="answer">
    <h4>${title}</h4>
    ${isDiagram && valid ? html`<div class="diagram" role="img" aria-label="${text}">${shown}</div>` : shown}
    ${when(note !== "", () => html`<p class="bad">${note}</p>`)}
    <ul class="checks">
      ${marks}
    </ul>
  </div>`;
}

function facts({ summary, rows, validationRows, place, learningRate, seed }: RunResult, t: Translate): Html {
  const pairs: [string, string][] = [
    [t("Run"), summary.name],
    [
      t("Rows"),
      rows === null
        ? ""
        : t("{0} to train on, {1} held out to look at meanwhile", rows.toLocaleString(), (validationRows ?? 0).toLocaleString()),
    ],
    [t("Computes in"), place],
    [t("Learning rate"), learningRate === null ? "" : String(learningRate)],
    [t("Seed"), String(seed)],
  ];
  const known = pairs.filter(([, value]) => value !== "");
  return html`<details>
    <summary>${t("Details")}</summary>
    <dl>
      ${known.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
  </details>`;
}
