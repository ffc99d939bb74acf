// HTML that is put together of texts from anywhere: what is put in is escaped, unless it is such HTML itself. Pure.

export class Html {
  constructor(readonly text: string) {}
}

type Part = string | number | Html | readonly Html[];

/** `html`<b>${text}</b>``: the text with its parts put in. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((text, index) => text + (index < parts.length ? textOf(parts[index] ?? "") : "")).join(""));
}

/** Something only where it is wanted. */
export function when(wanted: boolean, made: () => Html): Html {
  return wanted ? made() : NOTHING;
}

export const NOTHING = new Html("");

function textOf(part: Part): string {
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return part.map(({ text }) => text).join("");
  return String(part).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
