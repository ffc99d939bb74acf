// The commands that make the model environment, and what their output means. Pure.
import * as path from "node:path";

export interface Step {
  what: "environment" | "torch" | "rest" | "check";
  command: string;
  args: string[];
}

/** `cpu`: torch without the libraries of graphics cards. `default`: as the package index has it. */
export type Build = "cpu" | "default";

/** Of what kind an environment is: one that was left unfinished is gone on with only where these are wanted again. */
export interface Begun {
  /** A Python that was checked. */
  interpreter: string;
  build: Build;
  /** Package index; empty for the one that pip is configured for. */
  indexUrl: string;
}

export interface Wanted extends Begun {
  folder: string;
  /** File of requirements, without torch's build. */
  requirements: string;
  platform: NodeJS.Platform;
  /** Whether an unfinished environment is there; what it has is not installed again. */
  goesOn: boolean;
}

// Where the makers of torch keep their builds without CUDA: https://pytorch.org/get-started/locally/
const CPU_INDEX = "https://download.pytorch.org/whl/cpu";
// For Windows, the package index has only builds without CUDA.
const CUDA_INDEX = "https://download.pytorch.org/whl/cu126";

// At its highest, in GB: the one for the processor was 1.4 GB in the end, and pip unpacks what it has downloaded beside it.
const SIZE_GB: Record<Build, number> = { cpu: 2, default: 9 };

// Says which torch it is, as `Found`; an environment in which one of these cannot be imported is of no use.
const CHECK =
  "import json, torch, transformers, peft, llama_cpp; " +
  "print(json.dumps({'torch': torch.__version__, 'llama': llama_cpp.__version__, 'gpu': torch.version.cuda or getattr(torch.version, 'hip', None) or ''}))";

/** In order; each must succeed. torch comes first, so that the others find the build that was chosen. */
export function stepsOf({ interpreter, folder, requirements, build, indexUrl, platform, goesOn }: Wanted): Step[] {
  const python = pythonOf(folder, platform);
  const pip = ["-I", "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off", "--no-input"];
  const index = indexUrl === "" ? [] : ["--index-url", indexUrl];
  // An index of one's own decides alone.
  const torchIndex = indexUrl === "" ? torchIndexOf(build, platform) : index;
  const environment: Step = { what: "environment", command: interpreter, args: ["-I", "-m", "venv", "--clear", folder] };
  return [
    ...(goesOn ? [] : [environment]),
    { what: "torch", command: python, args: [...pip, ...torchIndex, "torch>=2.6"] },
    { what: "rest", command: python, args: [...pip, ...index, "--requirement", requirements] },
    { what: "check", command: python, args: ["-I", "-c", CHECK] },
  ];
}

/** macOS has one build for all. */
function torchIndexOf(build: Build, platform: NodeJS.Platform): string[] {
  if (build === "cpu" && platform !== "darwin") return ["--index-url", CPU_INDEX];
  return build === "default" && platform === "win32" ? ["--index-url", CUDA_INDEX] : [];
}

/** The interpreter of a virtual environment. */
export function pythonOf(folder: string, platform: NodeJS.Platform): string {
  return platform === "win32" ? path.win32.join(folder, "Scripts", "python.exe") : path.posix.join(folder, "bin", "python");
}

/** How much room an environment needs, in bytes: where torch has one build for all, the small one. */
export function bytesNeeded(build: Build, platform: NodeJS.Platform): number {
  return SIZE_GB[platform === "darwin" ? "cpu" : build] * 1e9;
}

/** What the check has found. */
export interface Found {
  /** Version of torch, such as `2.13.0+cpu`. */
  torch: string;
  llama: string;
  /** Version of CUDA or ROCm; empty for a build without. */
  gpu: string;
}

/** Reads the last line that the check has printed. */
export function foundIn(line: string): Found {
  return JSON.parse(line) as Found;
}

/** What pip is at, from a line of its output; undefined for lines that say nothing to people. */
export function progressIn(line: string): string | undefined {
  const said = /^(Collecting \S+|Downloading \S+(?: \(.+\))?|Installing collected packages|\s*Building wheel for \S+)/
    .exec(line)?.[1]
    ?.trim();
  return said?.replace(/(Downloading )\S*\/(\S+)/, "$1$2");
}

/** Why a step has failed, out of the lines that it has printed; `compiler` where there is none to build llama.cpp with. */
export function reasonIn(lines: readonly string[]): { text: string; isCompilerMissing: boolean } {
  const errors = lines.filter((line) => /^(ERROR|\w*Error)\b/.test(line.trim()));
  return {
    text: (errors.at(-1) ?? lines.at(-1) ?? "").trim().replace(/^ERROR:\s*/, ""),
    isCompilerMissing: lines.some((line) => /CMAKE_C(XX)?_COMPILER|nmake|Visual C\+\+|no such file or directory: 'ninja'/i.test(line)),
  };
}
