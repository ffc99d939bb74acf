import { describe, expect, test } from "vitest";
import { linesOf } from "../src/lines";
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
