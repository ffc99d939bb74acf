// What the status bar says. Pure: the texts come through `t`.
import type { FolderStatus } from "./protocol";

export interface StatusText {
  /** With a codicon; short, since the bar is narrow. */
  text: string;
  /** Markdown. */
  tooltip: string;
  /** What a screen reader says instead of the text with its icon. */
  label: string;
  kind: "normal" | "warning" | "error";
}

export type Translate = (text: string, ...parts: (string | number)[]) => string;
export type ServerState = "starting" | "running" | "stopped" | "noPython";

const NAME = "Mothertongue";

/** One line for all folders: trouble before work, work before counts. */
export function statusText(
  server: ServerState,
  folders: readonly FolderStatus[],
  pauseReasons: readonly string[],
  t: Translate,
): StatusText {
  if (server !== "running") return ofServer(server, t);
  const tooltip = folders.map((folder) => tooltipOf(folder, t)).join("\n\n---\n\n");
  const failed = folders.find(({ state }) => state === "failed");
  if (failed !== undefined) return { ...named("$(warning)", t("failed"), t), tooltip, kind: "warning" };
  const working = folders.find(({ activity }) => activity !== null);
  if (working?.activity != null) return { ...line("$(sync~spin)", activityOf(working.activity, t), t), tooltip, kind: "normal" };
  const examples = folders.reduce((sum, folder) => sum + folder.examples, 0);
  if (examples === 0) return { ...named("$(database)", t("no data set"), t), tooltip, kind: "normal" };
  const counted = t("{0} examples", examples.toLocaleString());
  if (pauseReasons.length > 0)
    return { ...line("$(debug-pause)", counted, t), tooltip: `${pausedOf(pauseReasons, t)}\n\n${tooltip}`, kind: "normal" };
  return { ...line("$(database)", counted, t), tooltip, kind: "normal" };
}

function ofServer(server: Exclude<ServerState, "running">, t: Translate): StatusText {
  switch (server) {
    case "starting":
      return { ...named("$(sync~spin)", t("starting"), t), tooltip: t("The language server is starting."), kind: "normal" };
    case "stopped":
      return {
        ...named("$(error)", t("stopped"), t),
        tooltip: t("The language server is not running. Click to see what to do."),
        kind: "error",
      };
    case "noPython":
      return {
        ...named("$(error)", t("no Python"), t),
        tooltip: t("Python 3.10 or newer was not found. Click to see what to do."),
        kind: "error",
      };
  }
}

function line(icon: string, said: string, t: Translate): { text: string; label: string } {
  return { text: `${icon} ${said}`, label: t("{0}: {1}", NAME, said) };
}

/** What says nothing by itself bears the product's name. */
function named(icon: string, said: string, t: Translate): { text: string; label: string } {
  const label = t("{0}: {1}", NAME, said);
  return { text: `${icon} ${label}`, label };
}

function activityOf({ stage, done, total }: { stage: string; done: number; total: number }, t: Translate): string {
  return total === 0 ? stage : t("{0} {1} of {2}", stage, done.toLocaleString(), total.toLocaleString());
}

function tooltipOf(folder: FolderStatus, t: Translate): string {
  const counts =
    folder.examples === 0
      ? t("No data set yet: run *Build Fine-Tune Dataset*.")
      : t(
          "{0} examples from {1} files and {2} commits",
          folder.examples.toLocaleString(),
          folder.files.toLocaleString(),
          folder.commits.toLocaleString(),
        );
  const waiting = folder.pendingFiles === 0 ? [] : [t("{0} changed files wait", folder.pendingFiles.toLocaleString())];
  const problem = folder.problem === "" ? [] : [`$(warning) ${folder.problem}`];
  return [`**${NAME}: ${folder.name}**`, counts, ...waiting, ...problem].join("\n\n");
}

function pausedOf(reasons: readonly string[], t: Translate): string {
  return reasons.includes("user") ? t("Paused: changed files wait until you resume.") : t("Paused while the machine runs on battery.");
}
