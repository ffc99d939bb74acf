// What the state file of a training run says. Pure.
import type { Translate } from "./statusText";

/** The part of `state.json` that is shown. */
export interface RunState {
  status: string;
  step: number;
  planned_steps: number;
  message: string;
  best_validation_loss: number | null;
}

const NOT_BEGUN: RunState = { status: "preparing", step: 0, planned_steps: 0, message: "", best_validation_loss: null };

/** Reads the file's text; a file that is being written, or is none, is a run that has not begun. */
export function stateOf(text: string): RunState {
  try {
    return { ...NOT_BEGUN, ...(JSON.parse(text) as Partial<RunState>) };
  } catch {
    return NOT_BEGUN;
  }
}

/** How a run is shown in the tree. */
export function runItemText(state: RunState, t: Translate): { description: string; tooltip: string; icon: string } {
  const steps = state.planned_steps === 0 ? "" : t("step {0} of {1}", state.step.toLocaleString(), state.planned_steps.toLocaleString());
  const loss = state.best_validation_loss === null ? "" : t("validation loss {0}", state.best_validation_loss.toFixed(3));
  const description = [statusOf(state.status, t), state.status === "finished" ? "" : steps, loss].filter(Boolean).join(" · ");
  return { description, tooltip: state.message === "" ? description : state.message, icon: ICONS[state.status] ?? "circle-outline" };
}

const ICONS: Readonly<Record<string, string>> = {
  finished: "pass",
  failed: "error",
  cancelled: "circle-slash",
  training: "sync",
  preparing: "clock",
};

function statusOf(status: string, t: Translate): string {
  switch (status) {
    case "finished":
      return t("finished");
    case "failed":
      return t("failed");
    case "cancelled":
      return t("cancelled");
    case "training":
      return t("training");
    default:
      return t("preparing");
  }
}
