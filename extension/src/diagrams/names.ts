// What people read of a diagram. Pure: texts come through `t`.
import type { Diagram } from "../protocol";

type Translate = (text: string, ...parts: string[]) => string;

/** A diagram in a list: `ERD of Reservation`. */
export function diagramName({ kind, subject }: Pick<Diagram, "kind" | "subject">, whole: string, t: Translate): string {
  const of = subject === "" ? whole : subject;
  const names: Record<Diagram["kind"], string> = {
    erd: t("ERD of {0}", of),
    class: t("Class diagram of {0}", of),
    sequence: t("Sequence diagram of {0}", of),
    flowchart: t("Dependencies of {0}", of),
    architecture: t("Architecture of {0}", of),
  };
  return names[kind];
}

/** What a list says beside it: the files that it shows, the first ones by name. */
export function sourcesText(sources: readonly string[], t: Translate): string {
  const names = sources.slice(0, 3).map((path) => path.slice(path.lastIndexOf("/") + 1));
  return sources.length > names.length ? t("{0} and {1} more", names.join(", "), String(sources.length - names.length)) : names.join(", ");
}
