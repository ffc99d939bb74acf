// The real Mermaid in a page: the one that the package holds for the parser, loaded when it is first needed, since it is large.
import type { Mermaid } from "mermaid";

declare global {
  interface Window {
    mermaid?: Mermaid;
    configurationCopies?: Pick<WeakMap<object, object>, "has" | "get"> & { set(configuration: object, copy: object): void };
  }
}

let loading: Promise<Mermaid> | undefined;

/** Mermaid, from where the page's body says, with the nonce that it says. */
export function loadedMermaid(): Promise<Mermaid> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Mermaid> {
  const { mermaid, nonce } = document.body.dataset;
  window.configurationCopies = forgetting();
  const script = document.createElement("script");
  script.nonce = nonce ?? "";
  script.src = mermaid ?? "";
  await new Promise((resolve, reject) => {
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
    document.body.append(script);
  });
  return (window as Required<Window>).mermaid;
}

/** The parser's Mermaid copies its configuration once a diagram (`copy_once.mjs`). Drawing writes to copies, so here each one is new. */
function forgetting(): NonNullable<Window["configurationCopies"]> {
  let newest: object | undefined;
  return {
    has: () => false,
    set: (_, copy) => {
      newest = copy;
    },
    get: () => newest,
  };
}

/** Mermaid's theme that fits the editor's. */
export function mermaidTheme(): "dark" | "default" {
  const { classList } = document.body;
  const isDark = classList.contains("vscode-dark") || classList.contains("vscode-high-contrast");
  return isDark && !classList.contains("vscode-high-contrast-light") ? "dark" : "default";
}
