import { expect, test } from "vitest";
import { Crashes } from "../src/crashes";

const MINUTE_MS = 60_000;

test("the first crash is told, the next ones are not, the fifth within three minutes ends it", () => {
  const crashes = new Crashes();
  expect([0, 1, 2, 3, 4].map((time) => crashes.add(time))).toEqual(["restartAndSay", "restart", "restart", "restart", "giveUp"]);
});

test("crashes further apart than three minutes are each the first", () => {
  const crashes = new Crashes();
  expect([0, 3, 6, 9, 12, 15].map((minute) => crashes.add(minute * MINUTE_MS))).toEqual(Array(6).fill("restartAndSay"));
});

test("a restart by the person begins a new count", () => {
  const crashes = new Crashes();
  [0, 1, 2, 3].forEach((time) => crashes.add(time));
  crashes.clear();
  expect(crashes.add(4)).toBe("restartAndSay");
});
