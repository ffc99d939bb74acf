// A picture as it leaves the editor: in the light theme on white, since it goes into documents; with plain SVG text, which every program shows.
import { loadedMermaid } from "./drawing";

// What browsers can paint at once.
const MAX_PIXELS = 8_192;
const SCALE = 2;

/** The SVG of a diagram, complete in itself. */
export async function exported(text: string): Promise<string> {
  const plain = { htmlLabels: false };
  const mermaid = await loadedMermaid();
  mermaid.initialize({
    startOnLoad: false, securityLevel: "strict", suppressErrorRendering: true, theme: "default", ...plain, flowchart: plain, class: plain,
  }); // prettier-ignore
  const { svg } = await mermaid.render("exported", text);
  const page = new DOMParser().parseFromString(svg, "text/html");
  const root = page.querySelector("svg");
  if (root === null) throw new Error("Mermaid gave no picture");
  const { width, height } = sizeOf(root);
  root.setAttribute("width", String(width));
  root.setAttribute("height", String(height));
  root.style.maxWidth = "";
  root.style.backgroundColor = "white";
  return new XMLSerializer().serializeToString(root);
}

/** The picture in pixels, twice as fine as on the screen. */
export async function png(svg: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const scale = Math.min(SCALE, MAX_PIXELS / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(image.width * scale);
  canvas.height = Math.ceil(image.height * scale);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("this browser paints nothing");
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob === null ? reject(new Error("the picture is too large")) : resolve(blob)), "image/png"),
  );
}

export function sizeOf(svg: SVGSVGElement): { width: number; height: number } {
  const [, , width = 0, height = 0] = (svg.getAttribute("viewBox") ?? "").split(/[\s,]+/).map(Number);
  return { width: Math.ceil(width), height: Math.ceil(height) };
}
