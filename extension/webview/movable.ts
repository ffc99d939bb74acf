// Panning and zooming: d3-zoom, which Mermaid brings along, for mouse and touch; keys of our own.
import { select } from "d3-selection";
import { zoom, zoomIdentity, type D3ZoomEvent } from "d3-zoom";
import { sizeOf } from "./export";

const STEP = 60;
const MARGIN = 16;

export interface Movable {
  /** The picture is another one: it stays where it is if the person has moved it, and else fits. */
  changed(): void;
  fit(): void;
  zoom(factor: number): void;
}

export function makeMovable(view: HTMLElement, picture: HTMLElement): Movable {
  let isMoved = false;
  const behaviour = zoom<HTMLElement, unknown>()
    .scaleExtent([0.05, 20])
    .on("zoom", ({ transform, sourceEvent }: D3ZoomEvent<HTMLElement, unknown>) => {
      isMoved ||= sourceEvent !== null;
      picture.style.transform = `translate(${transform.x}px, ${transform.y}px) scale(${transform.k})`;
    });
  const target = select(view).call(behaviour);

  const by = (factor: number): void => {
    isMoved = true;
    target.call((selection) => behaviour.scaleBy(selection, factor));
  };
  const move = (x: number, y: number): void => {
    isMoved = true;
    target.call((selection) => behaviour.translateBy(selection, x, y));
  };
  const fit = (): void => {
    isMoved = false;
    const svg = picture.querySelector("svg");
    if (svg === null) return;
    const { width, height } = sizeOf(svg);
    svg.style.width = `${width}px`;
    svg.style.maxWidth = "none";
    const scale = Math.min(1.5, (view.clientWidth - 2 * MARGIN) / width, (view.clientHeight - 2 * MARGIN) / height);
    const place = zoomIdentity.translate((view.clientWidth - width * scale) / 2, (view.clientHeight - height * scale) / 2).scale(scale);
    target.call((selection) => behaviour.transform(selection, place));
  };
  const changed = (): void => {
    const svg = picture.querySelector("svg");
    if (svg !== null) {
      svg.style.width = `${sizeOf(svg).width}px`;
      svg.style.maxWidth = "none";
    }
    if (!isMoved) fit();
  };

  const keys: Record<string, () => void> = {
    "+": () => by(1.25),
    "=": () => by(1.25),
    "-": () => by(0.8),
    "0": fit,
    ArrowLeft: () => move(STEP, 0),
    ArrowRight: () => move(-STEP, 0),
    ArrowUp: () => move(0, STEP),
    ArrowDown: () => move(0, -STEP),
  };
  view.addEventListener("keydown", (event) => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
  new ResizeObserver(() => {
    if (!isMoved) fit();
  }).observe(view);
  return { changed, fit, zoom: by };
}
