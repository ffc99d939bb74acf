// A training run in words: in the tree, in the status bar, at its end. Pure.
import type { RunSummary } from "../protocol";
import type { Translate } from "../statusText";

type RunStatus = RunSummary["status"];

/** Whether a run changes by itself. */
export function isUnderWay({ status }: RunSummary): boolean {
  return status === "starting" || status === "preparing" || status === "training";
}

/** Whether a run can go on. */
export function canResume({ status }: RunSummary): boolean {
  return status === "cancelled" || status === "failed" || status === "killed" || status === "notStarted";
}

/** A time that is left or was taken, as exact as such times are known. */
export function duration(seconds: number, t: Translate): string {
  if (seconds < 55) return t("less than a minute");
  const minutes = Math.round(seconds / 60);
  if (minutes === 1) return t("1 minute");
  if (minutes < 90) return t("{0} minutes", minutes);
  const hours = seconds / 3600;
  return t("{0} hours", hours < 10 ? (Math.round(hours * 2) / 2).toLocaleString() : Math.round(hours).toLocaleString());
}

/** From 0 to 1; undefined while it is not known. */
export function shareDone({ step, plannedSteps }: RunSummary): number | undefined {
  return plannedSteps === 0 ? undefined : Math.min(1, step / plannedSteps);
}

/** Before and after; empty before there is an after. */
export function lossWords({ baseLoss, bestLoss }: RunSummary, t: Translate): string {
  return baseLoss === null || bestLoss === null ? "" : t("held-out loss {0} → {1}", baseLoss.toFixed(2), bestLoss.toFixed(2));
}

/** How a run is shown in the tree. */
export function runItemText(run: RunSummary, t: Translate): { description: string; tooltip: string; icon: string } {
  const steps = run.plannedSteps === 0 ? "" : t("step {0} of {1}", run.step.toLocaleString(), run.plannedSteps.toLocaleString());
  const described = [
    run.stopping ? t("stopping") : statusWord(run.status, t),
    run.status === "finished" ? "" : steps,
    run.etaSeconds === null ? "" : t("{0} left", duration(run.etaSeconds, t)),
    lossWords(run, t),
  ];
  const description = described.filter(Boolean).join(" · ");
  return { description, tooltip: run.message === "" ? description : run.message, icon: ICONS[run.status] };
}

/** What the status bar says of the run that trains. */
export function trainingInStatusBar(run: RunSummary, t: Translate): { text: string; label: string } {
  const share = shareDone(run);
  const said =
    run.stopping || share === undefined || run.etaSeconds === null
      ? t("Training: {0}", run.stopping ? t("stopping") : statusWord(run.status, t))
      : t("Training {0} %, {1} left", Math.floor(share * 100), duration(run.etaSeconds, t));
  return { text: `$(sync~spin) ${said}`, label: t("Mothertongue: {0}", said) };
}

export function statusWord(status: RunStatus, t: Translate): string {
  switch (status) {
    case "starting":
      return t("starting");
    case "preparing":
      return t("preparing");
    case "training":
      return t("training");
    case "finished":
      return t("finished");
    case "cancelled":
      return t("stopped");
    case "failed":
      return t("failed");
    case "killed":
      return t("interrupted");
    case "notStarted":
      return t("never begun");
  }
}

const ICONS: Readonly<Record<RunStatus, string>> = {
  starting: "clock",
  preparing: "clock",
  training: "sync",
  finished: "pass",
  cancelled: "circle-slash",
  failed: "error",
  killed: "warning",
  notStarted: "circle-outline",
};
