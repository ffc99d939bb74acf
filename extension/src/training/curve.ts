// The curves of a run: training loss and held-out loss by step, as SVG lines with labels in HTML, so that labels keep their size. Pure.
import type { LossPoint } from "../protocol";
import type { Translate } from "../statusText";
import { html, type Html } from "./html";

/** Where the loss of a full run ends. */
export const USUAL_END = { low: 0.5, high: 1 } as const;

const MOST_TICKS = 5;

export interface Curve {
  readonly trainingLoss: readonly LossPoint[];
  readonly heldOutLoss: readonly LossPoint[];
  /** 0 while that is not known. */
  readonly plannedSteps: number;
}

/** The curves; words in their place before there is a line to draw. */
export function curveHtml(curve: Curve, t: Translate): Html {
  const { trainingLoss, heldOutLoss } = curve;
  const lastTraining = trainingLoss.at(-1);
  const lastHeldOut = heldOutLoss.at(-1);
  if (trainingLoss.length < 2 || lastTraining === undefined)
    return html`<p class="soft">${t("The curves begin with the first steps.")}</p>`;
  const steps = ticks(Math.max(curve.plannedSteps, lastTraining.step), 1);
  const losses = ticks(Math.max(...[...trainingLoss, ...heldOutLoss].map(({ loss }) => loss)), 0.1);
  const right = Math.max(curve.plannedSteps, lastTraining.step);
  const top = losses.at(-1) ?? 1;
  const place = ({ step, loss }: LossPoint): string => `${rounded((100 * step) / right)},${rounded(100 - (100 * loss) / top)}`;
  const line = (points: readonly LossPoint[]): string => points.map(place).join(" ");
  return html`<figure class="curve">
    <div class="drawn" role="img" aria-label="${described(curve, t)}">
      <div class="axis losses">
        ${losses.map((loss) => html`<span style="bottom:${rounded((100 * loss) / top)}%">${label(loss)}</span>`)}
      </div>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none">
        <rect
          class="usual"
          x="0"
          width="100"
          y="${rounded(100 - (100 * USUAL_END.high) / top)}"
          height="${rounded((100 * (USUAL_END.high - USUAL_END.low)) / top)}"
        />
        <path class="grid" d="${losses.map((loss) => `M0 ${rounded(100 - (100 * loss) / top)}H100`).join("")}" />
        <polyline class="training" points="${line(trainingLoss)}" />
        <polyline class="held-out" points="${line(heldOutLoss)}" />
        <path class="held-out dots" d="${heldOutLoss.map((point) => `M${place(point)}h0.01`).join("")}" />
      </svg>
      <div class="axis steps">
        ${steps.filter((step) => step <= right).map((step) => html`<span style="left:${rounded((100 * step) / right)}%">${step.toLocaleString()}</span>`)}
      </div>
    </div>
    <figcaption>
      <span class="key training">${t("training loss {0}", lastTraining.loss.toFixed(2))}</span>
      <span class="key held-out"
        >${lastHeldOut === undefined ? t("held-out loss") : t("held-out loss {0}", lastHeldOut.loss.toFixed(2))}</span
      >
      <span class="key usual">${t("where a full run ends: {0} to {1}", label(USUAL_END.low), label(USUAL_END.high))}</span>
      <span class="soft">${t("nats a token, by step")}</span>
    </figcaption>
  </figure>`;
}

/** Round numbers from 0 on, the last one not below the highest value. */
export function ticks(highest: number, least: number): number[] {
  const rough = Math.max(highest, least) / MOST_TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough;
  const count = Math.ceil(Math.max(highest, least) / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(6)));
}

/** For those who do not see it. */
function described({ trainingLoss, heldOutLoss }: Curve, t: Translate): string {
  const ends = (points: readonly LossPoint[]): [string, string] => [
    (points[0]?.loss ?? 0).toFixed(2),
    (points.at(-1)?.loss ?? 0).toFixed(2),
  ];
  const said = [t("Training loss from {0} to {1} in {2} steps.", ...ends(trainingLoss), (trainingLoss.at(-1)?.step ?? 0).toLocaleString())];
  if (heldOutLoss.length > 1) said.push(t("Held-out loss from {0} to {1}.", ...ends(heldOutLoss)));
  return said.join(" ");
}

function label(value: number): string {
  return value.toLocaleString(undefined, { maximumFractionDigits: 2, minimumFractionDigits: value % 1 === 0 ? 0 : 1 });
}

function rounded(value: number): number {
  return Number(value.toFixed(2));
}
