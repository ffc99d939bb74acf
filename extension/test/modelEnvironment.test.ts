import { describe, expect, test } from "vitest";
import { bytesNeeded, progressIn, pythonOf, reasonIn, stepsOf } from "../src/modelEnvironment/steps";

describe("the model environment", () => {
  const wanted = {
    interpreter: "/python",
    folder: "/own",
    requirements: "/r.txt",
    build: "cpu",
    indexUrl: "",
    platform: "linux",
    goesOn: false,
  } as const;
  const line = (steps: ReturnType<typeof stepsOf>, what: string): string => steps.find((step) => step.what === what)?.args.join(" ") ?? "";

  test("is made in its own folder, isolated", () => {
    expect(stepsOf(wanted)[0]).toEqual({ what: "environment", command: "/python", args: ["-I", "-m", "venv", "--clear", "/own"] });
    expect(
      stepsOf(wanted)
        .slice(1)
        .map(({ command }) => command),
    ).toEqual(Array(3).fill("/own/bin/python"));
  });

  test("has torch without CUDA where that is wanted, and only torch from there", () => {
    expect(line(stepsOf(wanted), "torch")).toContain("--index-url https://download.pytorch.org/whl/cpu");
    expect(line(stepsOf(wanted), "rest")).not.toContain("--index-url");
    expect(line(stepsOf({ ...wanted, build: "default" }), "torch")).not.toContain("--index-url");
    expect(line(stepsOf({ ...wanted, platform: "darwin" }), "torch")).not.toContain("--index-url");
  });

  test("has torch with CUDA on Windows from its makers, since the package index has none", () => {
    expect(line(stepsOf({ ...wanted, build: "default", platform: "win32" }), "torch")).toContain("https://download.pytorch.org/whl/cu");
  });

  test("is gone on with where it is unfinished: nothing is cleared", () => {
    expect(stepsOf({ ...wanted, goesOn: true }).map(({ what }) => what)).toEqual(["torch", "rest", "check"]);
  });

  test("comes from an index of one's own where one is set", () => {
    const steps = stepsOf({ ...wanted, indexUrl: "https://pypi.example.com/simple" });
    for (const what of ["torch", "rest"]) expect(line(steps, what)).toContain("--index-url https://pypi.example.com/simple");
  });

  test("has its interpreter elsewhere on Windows", () =>
    expect(pythonOf(String.raw`C:\own`, "win32")).toBe(String.raw`C:\own\Scripts\python.exe`));

  test("needs more room with CUDA, which macOS does not have", () => {
    expect(bytesNeeded("default", "linux")).toBeGreaterThan(2 * bytesNeeded("cpu", "linux"));
    expect(bytesNeeded("default", "darwin")).toBe(bytesNeeded("cpu", "darwin"));
  });
});

describe("the output of pip", () => {
  test.each([
    ["Collecting transformers>=5", "Collecting transformers>=5"],
    ["Downloading https://host/torch-2.13.0%2Bcpu-cp311.whl (191.8 MB)", "Downloading torch-2.13.0%2Bcpu-cp311.whl (191.8 MB)"],
    ["  Building wheel for llama-cpp-python (pyproject.toml): started", "Building wheel for llama-cpp-python"],
    ["Installing collected packages: numpy, torch", "Installing collected packages"],
    ["Requirement already satisfied: numpy in /x", undefined],
  ])("%s", (line, said) => expect(progressIn(line)).toBe(said));

  test("says why it failed before it says where more is to be read", () => {
    const lines = ["Collecting torch", "ERROR: No matching distribution found for torch>=2.6", "", "hint: see above", "pip ended with 1"];
    expect(reasonIn(lines)).toEqual({ text: "No matching distribution found for torch>=2.6", isCompilerMissing: false });
    expect(reasonIn(["python ended with 3"]).text).toBe("python ended with 3");
    expect(reasonIn(["Traceback", "ImportError: libgomp.so.1", "python ended with 1"]).text).toBe("ImportError: libgomp.so.1");
  });

  test("tells where no compiler was found", () => {
    const lines = ["CMake Error: CMAKE_C_COMPILER not set, after EnableLanguage", "ERROR: Failed building wheel for llama-cpp-python"];
    expect(reasonIn(lines).isCompilerMissing).toBe(true);
  });
});
