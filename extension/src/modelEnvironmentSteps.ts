// The commands that make the model environment. Pure.
import * as path from "node:path";

export interface Step {
  what: "environment" | "torch" | "rest" | "check";
  command: string;
  args: string[];
}

export interface Wanted {
  /** A Python that was checked. */
  interpreter: string;
  folder: string;
  /** File of requirements, without torch's build. */
  requirements: string;
  /** `cpu`: torch without the libraries of graphics cards. */
  build: "cpu" | "default";
  /** Package index; empty for the one that pip is configured for. */
  indexUrl: string;
  platform: NodeJS.Platform;
}

// Where the makers of torch keep their builds without CUDA: https://pytorch.org/get-started/locally/
const CPU_INDEX = "https://download.pytorch.org/whl/cpu";

/** In order; each must succeed. torch comes first, so that the others find the build that was chosen. */
export function stepsOf({ interpreter, folder, requirements, build, indexUrl, platform }: Wanted): Step[] {
  const python = pythonOf(folder, platform);
  const pip = ["-I", "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off", "--no-input"];
  const index = indexUrl === "" ? [] : ["--index-url", indexUrl];
  // An index of one's own decides alone; macOS has no other build.
  const torchIndex = build === "cpu" && indexUrl === "" && platform !== "darwin" ? ["--index-url", CPU_INDEX] : index;
  return [
    { what: "environment", command: interpreter, args: ["-I", "-m", "venv", "--clear", folder] },
    { what: "torch", command: python, args: [...pip, ...torchIndex, "torch>=2.6"] },
    { what: "rest", command: python, args: [...pip, ...index, "--requirement", requirements] },
    {
      what: "check",
      command: python,
      args: ["-I", "-c", "import torch, transformers, peft, llama_cpp; print('torch', torch.__version__)"],
    },
  ];
}

/** The interpreter of a virtual environment. */
export function pythonOf(folder: string, platform: NodeJS.Platform): string {
  return platform === "win32" ? path.win32.join(folder, "Scripts", "python.exe") : path.posix.join(folder, "bin", "python");
}
