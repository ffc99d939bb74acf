// How the language server is started from what the extension carries. Pure.
import * as path from "node:path";

export interface Launch {
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
}

/**
 * The command line and environment of the language server.
 *
 * `-I` keeps the current folder, `PYTHON*` variables and the user's packages out of it; `-X utf8` makes texts UTF-8 on Windows too.
 * The editor's own Node.js runs the Mermaid parser, so that none has to be installed.
 *
 * @param interpreter Path of a Python that was checked.
 * @param extensionPath Folder of the extension.
 * @param node The program that runs this extension.
 */
export function launchOf(interpreter: string, extensionPath: string, node: string, environment: NodeJS.ProcessEnv): Launch {
  return {
    command: interpreter,
    args: [...ISOLATED, launcherOf(extensionPath)],
    env: { ...environment, PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1", ELECTRON_RUN_AS_NODE: "1", MOTHERTONGUE_NODE: node },
  };
}

export const ISOLATED = ["-I", "-X", "utf8"];

/** The Python script that starts the server, or with `--check` says whether it could. */
export function launcherOf(extensionPath: string): string {
  return path.join(extensionPath, "bundled", "launch.py");
}
