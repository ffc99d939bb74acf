// The page of the preview: draws with the real Mermaid, keeps the last good picture while the text is broken, moves and exports it.
import type { FromPage, PictureFormat, ToPage } from "../src/preview/messages";
import { diagramError } from "../src/preview/errors";
import { exported, png } from "./export";
import { loadedMermaid, mermaidTheme } from "./drawing";
import { makeMovable } from "./movable";

declare function acquireVsCodeApi(): { postMessage(message: FromPage): void };

const editor = acquireVsCodeApi();
const element = (id: string): HTMLElement => {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no ${id}`);
  return found;
};
const view = element("view");
const picture = element("picture");
const problem = element("problem");
const movable = makeMovable(view, picture);

// After each picture of a diagram that grows, so many times as long as it took is left to whoever types meanwhile.
const REST = 4;

let wanted: ToPage | undefined;
let tried: ToPage | undefined;
let drawnText: string | undefined;
let drawing: Promise<void> = Promise.resolve();
let restedAt = 0;
let waiting: number | undefined;

window.addEventListener("message", ({ data }: MessageEvent<ToPage>) => {
  wanted = data;
  window.clearTimeout(waiting);
  const rest = data.isDraft ? restedAt - performance.now() : 0;
  waiting = window.setTimeout(() => later(draw), Math.max(0, rest));
});

// One after the other: Mermaid's configuration is global, and an export uses another one.
function later(work: () => Promise<void>): void {
  drawing = drawing.then(work, work);
}

async function draw(): Promise<void> {
  // Of what has come while another one was drawn, the newest alone counts.
  if (wanted === undefined || wanted === tried) return;
  tried = wanted;
  const { text, version, isDraft } = wanted;
  const started = performance.now();
  try {
    await show(text, `diagram-${version}`);
    drawnText = text;
    problem.textContent = "";
    editor.postMessage({ type: "drawn", version });
  } catch (error) {
    if (isDraft) {
      problem.textContent = "";
      return;
    }
    const { line, message } = diagramError(error, text);
    problem.textContent = message;
    editor.postMessage({ type: "broken", version, line, message });
  } finally {
    restedAt = performance.now() + REST * (performance.now() - started);
  }
}

/** In the colours of another theme: while the text is broken, what is shown is the last good one. */
async function drawAgain(): Promise<void> {
  if (drawnText !== undefined) await show(drawnText, "diagram-again");
}

/** The identifier is of this picture alone: Mermaid removes whatever bears it already. */
async function show(text: string, identifier: string): Promise<void> {
  const work = element("work");
  const mermaid = await loadedMermaid();
  try {
    mermaid.initialize({ startOnLoad: false, securityLevel: "strict", suppressErrorRendering: true, theme: mermaidTheme() });
    const { svg } = await mermaid.render(identifier, text, work);
    picture.innerHTML = svg;
    movable.changed();
  } finally {
    work.replaceChildren();
  }
}

new MutationObserver(() => later(drawAgain)).observe(document.body, { attributes: true, attributeFilter: ["class"] });

const ACTIONS: Record<string, () => void> = {
  zoomIn: () => movable.zoom(1.25),
  zoomOut: () => movable.zoom(0.8),
  fit: () => movable.fit(),
  copySvg: () => withPicture(copySvg),
  copyPng: () => later(copyPng),
  saveSvg: () => save("svg"),
  savePng: () => save("png"),
};

element("bar").addEventListener("click", ({ target }) => {
  if (target instanceof HTMLElement) ACTIONS[target.dataset.action ?? ""]?.();
});

function save(format: PictureFormat): void {
  withPicture(async (svg) => {
    const data = format === "svg" ? svg : await base64(await png(svg));
    editor.postMessage({ type: "save", format, data });
  });
}

function copySvg(svg: string): void {
  editor.postMessage({ type: "copy", data: svg });
}

async function copyPng(): Promise<void> {
  if (drawnText === undefined) {
    editor.postMessage({ type: "said", what: "noPicture" });
    return;
  }
  const svg = await exported(drawnText);
  await navigator.clipboard.write([new ClipboardItem({ "image/png": png(svg) })]);
  editor.postMessage({ type: "said", what: "copiedPicture" });
}

/** Does something with the picture as it is exported; of a broken text, with the last good one. */
function withPicture(use: (svg: string) => Promise<void> | void): void {
  later(async () => {
    if (drawnText === undefined) editor.postMessage({ type: "said", what: "noPicture" });
    else await use(await exported(drawnText));
  });
}

async function base64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

editor.postMessage({ type: "ready" });
