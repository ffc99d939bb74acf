// The Doctor's findings as Markdown. Pure.
import type { DoctorFinding } from "./protocol";

const MARKS = { ok: "✓", missing: "○", broken: "✗" } as const;

/** What is broken first, then what is missing, each with its remedy; then what is in order. */
export function doctorPage(findings: readonly DoctorFinding[], t: (text: string, ...parts: (string | number)[]) => string): string {
  const broken = findings.filter(({ state }) => state === "broken").length;
  const summary =
    broken === 0 ? t("Everything that is needed is there.") : t("{0} of {1} things need your attention.", broken, findings.length);
  const rows = (["broken", "missing", "ok"] as const).flatMap((state) => findings.filter((finding) => finding.state === state).map(rowOf));
  return [`# ${t("Doctor")}`, summary, [`| | | |`, `|---|---|---|`, ...rows].join("\n"), ""].join("\n\n");
}

function rowOf({ what, state, detail, remedy }: DoctorFinding): string {
  const told = remedy === "" ? cell(detail) : `${cell(detail)}<br>**→ ${cell(remedy)}**`;
  return `| ${MARKS[state]} | **${cell(what)}** | ${told} |`;
}

function cell(text: string): string {
  return text.replace(/[\\`*_<>[\]|]/g, String.raw`\$&`).replaceAll("\n", " ");
}
