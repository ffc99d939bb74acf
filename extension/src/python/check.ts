// Asks an interpreter whether it can run the language server (IO: starts it once, isolated).
import { execFile } from "node:child_process";
import * as path from "node:path";
import { ISOLATED, launcherOf } from "../launch";
import type { Translate } from "../statusText";
import type { Candidate } from "./candidates";

/** What the interpreter's check said. */
export interface Checked {
  /** Path of the interpreter itself, without launcher or link. */
  executable: string;
  version: string;
  /** Why it cannot run the server, in words; empty if it can. */
  problem: string;
  /** Whether it has what training and generation need. */
  runsModels: boolean;
}

const CHECK_TIMEOUT_MS = 20_000;

/**
 * Runs `launch.py --check` with an interpreter, in the extension's folder.
 *
 * @returns What it said, or why there was no answer, as a `Checked` without a version.
 */
export function check(candidate: Candidate, extensionPath: string, t: Translate): Promise<Checked> {
  const args = [...candidate.args, ...ISOLATED, launcherOf(extensionPath), "--check"];
  return new Promise((resolve) => {
    execFile(candidate.command, args, { cwd: extensionPath, timeout: CHECK_TIMEOUT_MS, windowsHide: true }, (error, stdout, stderr) => {
      resolve(parse(stdout) ?? { executable: candidate.command, version: "", problem: reasonOf(error, stderr, t), runsModels: false });
    });
  });
}

/** Leaves out further names of an interpreter: `python3` and `python3.12` of one folder, which say the same version. */
export function withoutOtherNames(pythons: readonly Checked[]): Checked[] {
  const byPlace = new Map<string, Checked>();
  for (const python of pythons) {
    const place = `${path.dirname(python.executable)} ${python.version}`;
    if (!byPlace.has(place)) byPlace.set(place, python);
  }
  return [...byPlace.values()];
}

/** Reads the last line of the answer; undefined where it is none. */
export function parse(stdout: string): Checked | undefined {
  const line = stdout.trim().split("\n").at(-1) ?? "";
  try {
    const answer: unknown = JSON.parse(line);
    return isChecked(answer) ? answer : undefined;
  } catch {
    return undefined; // something that is no Python, or one too old for the script: its error output tells more
  }
}

function isChecked(answer: unknown): answer is Checked {
  if (typeof answer !== "object" || answer === null) return false;
  const { executable, version, problem, runsModels } = answer as Record<string, unknown>;
  return typeof executable === "string" && typeof version === "string" && typeof problem === "string" && typeof runsModels === "boolean";
}

function reasonOf(error: (Error & { code?: unknown; killed?: boolean }) | null, stderr: string, t: Translate): string {
  if (error?.code === "ENOENT") return t("there is no such program");
  if (error?.killed === true) return t("it gave no answer in time");
  const said = stderr.trim().split("\n").at(-1) ?? "";
  return said === "" ? t("it gave no answer") : said;
}
