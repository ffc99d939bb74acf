import { describe, expect, test } from "vitest";
import type { FolderStatus } from "../src/protocol";
import { statusText } from "../src/statusText";
import { t } from "./plain";

const READY: FolderStatus = {
  folder: "file:///shop",
  name: "shop",
  state: "ready",
  activity: null,
  problem: "",
  pendingFiles: 0,
  artifactType: "code_prototype",
  files: 49,
  examples: 1195,
  commits: 12,
  families: [],
  skipped: [],
  dropped: [],
  newestExport: null,
  newExamples: 0,
  trained: false,
};

const said = (folders: FolderStatus[], reasons: string[] = []): string => statusText("running", folders, reasons, t).text;

describe("the status bar", () => {
  test("counts the examples of all folders", () => {
    expect(said([READY, { ...READY, folder: "file:///other", examples: 5 }])).toBe("$(database) 1,200 examples");
  });

  test("says that there is none", () => {
    expect(said([{ ...READY, state: "notBuilt", examples: 0 }])).toBe("$(database) Mothertongue: no data set");
  });

  test("shows how far work has come", () => {
    const activity = { stage: "Reading files", done: 1200, total: 5000 };
    expect(said([{ ...READY, state: "building", activity }])).toBe("$(sync~spin) Reading files 1,200 of 5,000");
    expect(said([{ ...READY, state: "exporting", activity: { ...activity, total: 0 } }])).toBe("$(sync~spin) Reading files");
  });

  test("puts trouble before work and counts", () => {
    const failed: FolderStatus = { ...READY, state: "failed", problem: "the disk is full" };
    const text = statusText("running", [READY, failed], [], t);
    expect(text.text).toBe("$(warning) Mothertongue: failed");
    expect(text.kind).toBe("warning");
    expect(text.tooltip).toContain("the disk is full");
  });

  test("shows a pause and its reason", () => {
    expect(said([READY], ["user"])).toBe("$(debug-pause) 1,195 examples");
    expect(statusText("running", [READY], ["battery"], t).tooltip).toContain("battery");
  });

  test.each([
    ["starting", "$(sync~spin) Mothertongue: starting", "normal"],
    ["stopped", "$(error) Mothertongue: stopped", "error"],
    ["noPython", "$(error) Mothertongue: no Python", "error"],
  ] as const)("says when the server is %s", (state, text, kind) => {
    expect(statusText(state, [READY], [], t)).toMatchObject({ text, kind });
  });

  test("tells a screen reader the words without the icon", () => {
    expect(statusText("running", [READY], [], t).label).toBe("Mothertongue: 1,195 examples");
  });
});
