import { describe, expect, test } from "vitest";
import { linesOf } from "../src/lines";
import { pythonOf, stepsOf } from "../src/modelEnvironmentSteps";
import { dischargingByPmset, dischargingBySupplies } from "../src/power";

describe("a selection as lines", () => {
  const selection = (startLine: number, endLine: number, character: number) => ({
    start: { line: startLine },
    end: { line: endLine, character },
  });

  test("counts from 1, the last one included", () => expect(linesOf(selection(2, 5, 7))).toEqual({ start: 3, end: 6 }));
  test("that ends before a line's first column does not mean that line", () =>
    expect(linesOf(selection(2, 5, 0))).toEqual({ start: 3, end: 5 }));
  test("within a line is that line", () => expect(linesOf(selection(2, 2, 0))).toEqual({ start: 3, end: 3 }));
});

describe("the model environment", () => {
  const wanted = { interpreter: "/python", folder: "/own", requirements: "/r.txt", build: "cpu", indexUrl: "", platform: "linux" } as const;
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

  test("comes from an index of one's own where one is set", () => {
    const steps = stepsOf({ ...wanted, indexUrl: "https://pypi.example.com/simple" });
    for (const what of ["torch", "rest"]) expect(line(steps, what)).toContain("--index-url https://pypi.example.com/simple");
  });

  test("has its interpreter elsewhere on Windows", () =>
    expect(pythonOf(String.raw`C:\own`, "win32")).toBe(String.raw`C:\own\Scripts\python.exe`));
});

describe("power", () => {
  test("a battery that discharges counts, mains and a full battery do not", () => {
    const mains = { type: "Mains", status: "" };
    expect(dischargingBySupplies([mains, { type: "Battery", status: "Discharging" }])).toBe(true);
    expect(dischargingBySupplies([mains, { type: "Battery", status: "Full" }])).toBe(false);
    expect(dischargingBySupplies([])).toBe(false);
  });

  test("macOS says it in its first line", () => {
    expect(dischargingByPmset("Now drawing from 'Battery Power'\n -InternalBattery-0 80%")).toBe(true);
    expect(dischargingByPmset("Now drawing from 'AC Power'\n")).toBe(false);
    expect(dischargingByPmset("")).toBe(false);
  });
});
