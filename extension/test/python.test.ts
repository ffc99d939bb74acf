import { describe, expect, test } from "vitest";
import { launchOf } from "../src/launch";
import { candidates } from "../src/python/candidates";
import { check, parse, withoutOtherNames } from "../src/python/check";
import { t as plain } from "./plain";

const commands = (sources: Parameters<typeof candidates>[0]): string[] =>
  candidates(sources).map(({ command, args }) => [command, ...args].join(" "));

describe("the order of interpreters", () => {
  test("a setting is meant: nothing else is tried", () => {
    expect(commands({ setting: "/opt/python", pythonExtension: "/venv/python", platform: "linux" })).toEqual(["/opt/python"]);
  });

  test("then the Python extension's, then the PATH", () => {
    const found = commands({ setting: "", pythonExtension: "/venv/bin/python", platform: "linux" });
    expect(found.slice(0, 4)).toEqual(["/venv/bin/python", "python3", "python", "python3.14"]);
    expect(found.at(-1)).toBe("python3.10");
  });

  test("on Windows the launcher comes first", () => {
    expect(commands({ setting: "", pythonExtension: undefined, platform: "win32" })).toEqual(["py -3", "python", "python3"]);
  });
});

describe("the check", () => {
  test("reads the last line, whatever the interpreter prints before", () => {
    const answer = { executable: "/usr/bin/python3", version: "3.12.1", problem: "", runsModels: true };
    expect(parse(`a greeting\n${JSON.stringify(answer)}\n`)).toEqual(answer);
  });

  test.each(["", "Python was not found", "{}", "null", '{"version": 3}'])("takes %j for no answer", (output) => {
    expect(parse(output)).toBeUndefined();
  });

  test("lists an interpreter once, by its first name", () => {
    const found = ["/a/python3", "/a/python3.12", "/b/python3"].map((executable) => ({
      executable,
      version: "3.12.1",
      problem: "",
      runsModels: false,
    }));
    expect(withoutOtherNames(found).map(({ executable }) => executable)).toEqual(["/a/python3", "/b/python3"]);
  });

  test("says that a program is not there", async () => {
    const checked = await check({ command: "/no/such/python", args: [], from: "setting" }, "/nowhere", plain);
    expect(checked).toEqual({ executable: "/no/such/python", version: "", problem: "there is no such program", runsModels: false });
  });

  test("takes a program that says nothing for none", async () => {
    const checked = await check({ command: process.execPath, args: ["-e", "0", "--"], from: "setting" }, ".", plain);
    expect(checked.problem).toBe("it gave no answer");
  });

  test("says what a program that is no Python says", async () => {
    const checked = await check({ command: process.execPath, args: [], from: "setting" }, ".", plain);
    expect(checked.version).toBe("");
    expect(checked.problem).toContain("bad option");
  });
});

test("the server is started isolated, and its Mermaid parser by the editor's own Node.js", () => {
  const { command, args, env } = launchOf("/usr/bin/python3", "/extension", "/editor/node", { PATH: "/bin" });
  expect([command, ...args]).toEqual(["/usr/bin/python3", "-I", "-X", "utf8", "/extension/bundled/launch.py"]);
  expect(env).toMatchObject({ PATH: "/bin", MOTHERTONGUE_NODE: "/editor/node", ELECTRON_RUN_AS_NODE: "1" });
});
