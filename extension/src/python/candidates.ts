// Which Python interpreters to try, in which order. Pure.

/** Where candidates come from. */
export interface Sources {
  /** The setting `mothertongue.python`; empty where it is not set. */
  setting: string;
  /** What the Python extension has chosen for the workspace; undefined without that extension, and while the workspace is not trusted. */
  pythonExtension: string | undefined;
  platform: NodeJS.Platform;
}

export interface Candidate {
  /** A path, or a name to look for on the PATH. */
  command: string;
  /** Arguments before all others, such as `-3` of the Windows launcher. */
  args: readonly string[];
  from: "setting" | "pythonExtension" | "path";
}

const MINOR_VERSIONS = [14, 13, 12, 11, 10];

/** Candidates, best first. A setting that is there is meant: nothing else is tried then. */
export function candidates(sources: Sources): Candidate[] {
  if (sources.setting !== "") return [{ command: sources.setting, args: [], from: "setting" }];
  const chosen = sources.pythonExtension;
  return [
    ...(chosen === undefined ? [] : [{ command: chosen, args: [], from: "pythonExtension" } as const]),
    ...onPath(sources.platform).map(([command, ...args]) => ({ command, args, from: "path" }) as const),
  ];
}

function onPath(platform: NodeJS.Platform): [string, ...string[]][] {
  if (platform === "win32") return [["py", "-3"], ["python"], ["python3"]];
  return [["python3"], ["python"], ...MINOR_VERSIONS.map((minor): [string] => [`python3.${minor}`])];
}
