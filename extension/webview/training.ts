// The page of trainings: puts HTML into its sections, draws diagrams with the bundled Mermaid, and says what was pressed or chosen.
import type { Mermaid } from "mermaid";
import type { Action, FormValues, FromPage, PageState, ToPage } from "../src/training/messages";
import { loadedMermaid, mermaidTheme } from "./drawing";

declare function acquireVsCodeApi(): { postMessage(message: FromPage): void; setState(state: PageState): void };

const editor = acquireVsCodeApi();
const { state } = document.body.dataset;
if (state !== undefined) editor.setState(JSON.parse(state) as PageState);

const shown = new Map<string, string>();
let drawing: Promise<void> = Promise.resolve();
let drawn = 0;

window.addEventListener("message", ({ data }: MessageEvent<ToPage>) => {
  for (const [name, text] of Object.entries(data.sections)) put(name, text);
  const start = document.querySelector<HTMLButtonElement>("#start");
  if (start !== null && data.canStart !== undefined) start.disabled = !data.canStart;
});

/** What is as it was stays, with what is selected and open in it; what is pressed keeps the focus, and what was opened stays open. */
function put(name: string, text: string): void {
  const section = document.getElementById(name);
  if (section === null || shown.get(name) === text) return;
  shown.set(name, text);
  const focused = section.contains(document.activeElement) ? document.activeElement?.id : undefined;
  const isOpen = section.querySelector("details")?.open ?? false;
  section.innerHTML = text;
  const details = section.querySelector("details");
  if (details !== null) details.open = isOpen;
  if (focused !== undefined && focused !== "") document.getElementById(focused)?.focus();
  if (section.querySelector(".diagram") !== null) drawAll();
}

document.addEventListener("click", ({ target }) => {
  const button = target instanceof Element ? target.closest<HTMLButtonElement>("button") : null;
  const { action, browse } = button?.dataset ?? {};
  if (action !== undefined) editor.postMessage({ type: "do", action: action as Action });
  if (button?.id === "exportAgain") editor.postMessage({ type: "export", form: values() });
  if (browse === "file" || browse === "folder") editor.postMessage({ type: "browse", what: browse, form: values() });
});
document.addEventListener("input", () => editor.postMessage({ type: "changed", form: values() }));
document.addEventListener("focusin", ({ target }) => {
  // Who types a time of their own means it.
  if (target instanceof HTMLInputElement && target.name === "minutes") choose("minutes");
});
document.addEventListener("submit", (event) => {
  event.preventDefault();
  editor.postMessage({ type: "start", form: values() });
});

function choose(length: string): void {
  const radio = document.querySelector<HTMLInputElement>(`input[name=length][value=${length}]`);
  if (radio === null || radio.checked) return;
  radio.checked = true;
  editor.postMessage({ type: "changed", form: values() });
}

function values(): FormValues {
  const form = document.querySelector<HTMLFormElement>("#form");
  const data = form === null ? new FormData() : new FormData(form);
  const text = (name: string): string => {
    const value = data.get(name);
    return typeof value === "string" ? value : "";
  };
  return {
    export: text("export"),
    base: text("base"),
    length: text("length"),
    minutes: text("minutes"),
    seed: text("seed"),
    learningRate: text("learningRate"),
  };
}

/** One after the other: Mermaid's configuration is global. */
function drawAll(): void {
  const work = async (): Promise<void> => {
    const diagrams = document.querySelectorAll<HTMLElement>(".diagram");
    if (diagrams.length === 0) return;
    const mermaid = await loadedMermaid();
    mermaid.initialize({ startOnLoad: false, securityLevel: "strict", suppressErrorRendering: true, theme: mermaidTheme() });
    for (const diagram of diagrams) await draw(mermaid, diagram);
  };
  drawing = drawing.then(work, work);
}

/** The text stays where Mermaid does not draw it. */
async function draw(mermaid: Mermaid, diagram: HTMLElement): Promise<void> {
  const text = diagram.getAttribute("aria-label") ?? "";
  const work = document.getElementById("work") ?? undefined;
  try {
    const { svg } = await mermaid.render(`diagram-${++drawn}`, text, work);
    diagram.innerHTML = svg;
  } catch {
    diagram.removeAttribute("role");
  } finally {
    work?.replaceChildren();
  }
}

new MutationObserver(() => drawAll()).observe(document.body, { attributes: true, attributeFilter: ["class"] });

editor.postMessage({ type: "ready" });
