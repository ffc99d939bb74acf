// The form of "Train Model": what it offers, what it holds, and whether that can be started. Pure.
import type { TrainParams, TrainingChoicesResult, TrainingEstimate } from "../protocol";
import type { Translate } from "../statusText";
import { html, when, type Html } from "./html";
import type { FormValues } from "./messages";
import { duration } from "./text";

/** How long the person wants to give it: in place of a preset. */
export const OWN_MINUTES = "minutes";
const USUAL_MINUTES = "30";
const LEAST_MINUTES = 0.1;
const MOST_MINUTES = 100_000;
const MOST_SEED = 2 ** 31 - 1;

/** What is chosen where nothing was. */
export function defaults({ exports, bases, presets }: TrainingChoicesResult): FormValues {
  return {
    export: exports[0]?.uri ?? "",
    base: bases[0]?.path ?? "",
    length: presets[0]?.name ?? OWN_MINUTES,
    minutes: USUAL_MINUTES,
    seed: "0",
    learningRate: "",
  };
}

/** Why this cannot be started, with what to do; empty where it can. */
export function problemOf(values: FormValues, choices: TrainingChoicesResult, t: Translate): string {
  const chosen = choices.exports.find(({ uri }) => uri === values.export);
  if (chosen === undefined) return t("Choose the rows to train on.");
  if (chosen.rows < choices.minimumRows) {
    return t(
      "{0} has {1} rows. Training needs at least {2}, and learns well from 5,000: add files with Add Examples, or raise the setting mothertongue.target, and build again.",
      chosen.name,
      chosen.rows.toLocaleString(),
      choices.minimumRows.toLocaleString(),
    );
  }
  if (values.length === OWN_MINUTES && !within(values.minutes, LEAST_MINUTES, MOST_MINUTES)) {
    return t("Minutes: a number from {0} on.", LEAST_MINUTES);
  }
  if (!/^\d+$/.test(values.seed.trim()) || Number(values.seed) > MOST_SEED) return t("Seed: a whole number from 0 on.");
  if (values.learningRate.trim() !== "" && !within(values.learningRate, Number.MIN_VALUE, 1)) {
    return t("Learning rate: a number between 0 and 1, such as 0.001, or nothing for what suits the base.");
  }
  return "";
}

/** What the server is asked for. */
export function paramsOf(values: FormValues, folder: string): TrainParams {
  const isBox = values.length === OWN_MINUTES;
  return {
    folder,
    base: values.base,
    export: values.export,
    ...(isBox ? { minutes: numberOf(values.minutes) } : { preset: values.length }),
    seed: Number(values.seed),
    learningRate: values.learningRate.trim() === "" ? null : numberOf(values.learningRate),
  };
}

/** How long it will take, and how that is known. */
export function estimateWords({ seconds, basis }: TrainingEstimate, t: Translate): string {
  if (seconds === null) return t("How long it takes is not known yet: the run measures it within its first minutes.");
  const time = duration(seconds, t);
  switch (basis) {
    case "timeBox":
      return t("Takes {0}, after about a minute in which it loads the base and measures.", time);
    case "earlierRun":
      return t("Takes about {0}, judged by the speed of the last training on this base.", time);
    case "machine":
      return t("Takes roughly {0}, judged by how fast this machine multiplies. The run measures it before its first step.", time);
  }
}

/** The form. */
export function formHtml(choices: TrainingChoicesResult, values: FormValues, t: Translate): Html {
  const option = (value: string, label: string, chosen: string): Html =>
    html`<option value="${value}" ${value === chosen ? html` selected` : ""}>${label}</option>`;
  const rows = choices.exports.map(({ uri, name, rows: count }) =>
    option(uri, t("{0}, {1} rows", name, count.toLocaleString()), values.export),
  );
  const newer = choices.exports.find(({ uri }) => uri === values.export)?.newer ?? 0;
  const length = (name: string, label: string): Html =>
    html`<label class="choice"
      ><input type="radio" name="length" value="${name}" ${name === values.length ? html` checked` : ""} /> ${label}</label
    >`;
  return html`<form id="form" novalidate>
    <div class="field">
      <label for="export">${t("Rows to train on")}</label>
      <select id="export" name="export">
        ${rows}
      </select>
      ${when(newer > 0, () => newerHtml(newer, t))}
    </div>
    <div class="field">
      <label for="base">${t("Base model")}</label>
      <select id="base" name="base">
        ${choices.bases.map(({ path, title }) => option(path, path === "" ? t("{0}, embedded: trains on a processor", title) : title, values.base))}
      </select>
      <div class="beside">
        <button type="button" class="secondary" id="browseFile" data-browse="file">${t("GGUF File…")}</button>
        <button type="button" class="secondary" id="browseFolder" data-browse="folder">${t("Hugging Face Folder…")}</button>
      </div>
    </div>
    <fieldset class="field">
      <legend>${t("How long")}</legend>
      ${choices.presets.map((preset) => length(preset.name, presetLabel(preset, t)))}
      <div class="choice">
        ${length(OWN_MINUTES, t("A time of your own:"))}
        <input type="number" name="minutes" min="1" step="any" value="${values.minutes}" aria-label="${t("Minutes")}" /> ${t("minutes")}
      </div>
    </fieldset>
    <details>
      <summary>${t("More")}</summary>
      <div class="field">
        <label for="seed">${t("Seed")}</label>
        <input type="number" id="seed" name="seed" min="0" step="1" value="${values.seed}" />
        <p class="soft">${t("The same seed with the same rows gives the same adapter.")}</p>
      </div>
      <div class="field">
        <label for="learningRate">${t("Learning rate")}</label>
        <input
          type="text"
          inputmode="decimal"
          id="learningRate"
          name="learningRate"
          placeholder="${t("what suits the base")}"
          value="${values.learningRate}"
        />
      </div>
    </details>
  </form>`;
}

/** What these rows cannot teach yet, and how they come to it. */
function newerHtml(count: number, t: Translate): Html {
  const words =
    count === 1
      ? t("1 example that you added, accepted or corrected since is not among them.")
      : t("{0} examples that you added, accepted or corrected since are not among them.", count.toLocaleString());
  return html`<div class="beside">
    <span>${words}</span>
    <button type="button" class="secondary" id="exportAgain">${t("Export Again")}</button>
  </div>`;
}

/** The head above the form. */
export function formHeadHtml(folderName: string, t: Translate): Html {
  return html`<h1>${t("Train Model")}</h1>
    <p>
      ${t("Trains a small adapter for a local model on the examples of {0}. Nothing leaves your machine, and you can close the editor meanwhile.", folderName)}
    </p>`;
}

/** Below the form: whether it can be started, and for how long it will run. */
export function formEndHtml(problem: string, estimate: string, t: Translate): Readonly<Record<"problem" | "estimate" | "action", Html>> {
  return {
    problem: when(problem !== "", () => html`<p class="problem">${problem}</p>`),
    estimate: html`<p class="soft">${problem === "" ? estimate : ""}</p>`,
    action: html`<button type="submit" form="form" id="start">${t("Start Training")}</button>`,
  };
}

function presetLabel({ name, minutes, epochs }: TrainingChoicesResult["presets"][number], t: Translate): string {
  const title = name.charAt(0).toUpperCase() + name.slice(1);
  return minutes > 0
    ? t("{0}: {1} minutes, for a first taste", title, minutes)
    : t("{0}: {1} passes over all rows, for the best result", title, epochs);
}

function within(text: string, least: number, most: number): boolean {
  const value = numberOf(text);
  return text.trim() !== "" && Number.isFinite(value) && value >= least && value <= most;
}

function numberOf(text: string): number {
  return Number(text.trim().replace(",", "."));
}
