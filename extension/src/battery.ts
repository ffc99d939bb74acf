// Tells the server when the machine runs on battery, so that taking in files waits. VS Code has no word for it: the system is asked.
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import * as vscode from "vscode";
import { dischargingByPmset, dischargingBySupplies, type PowerSupply } from "./power";
import { PauseRequest, ResumeRequest } from "./protocol";
import type { ServerConnection } from "./server";

const INTERVAL_MS = 60_000;
const SUPPLIES = "/sys/class/power_supply";

/** Looks once a minute, and when the server has started or the setting has changed. */
export function watchBattery(server: ServerConnection): vscode.Disposable {
  let told = false;
  const look = async (): Promise<void> => {
    if (server.state !== "running") return;
    const wanted = vscode.workspace.getConfiguration("mothertongue").get<boolean>("pauseOnBattery", true) && (await isDischarging());
    if (wanted === told) return;
    told = wanted;
    await server.request(wanted ? PauseRequest : ResumeRequest, { reason: "battery" });
  };
  const timer = setInterval(() => void look(), INTERVAL_MS);
  return vscode.Disposable.from(
    new vscode.Disposable(() => clearInterval(timer)),
    vscode.workspace.onDidChangeConfiguration(() => void look()),
    server.onDidChangeState((state) => {
      // A new server knows nothing of what the last one was told.
      if (state === "running") told = false;
      void look();
    }),
  );
}

async function isDischarging(): Promise<boolean> {
  if (process.platform === "linux") return dischargingBySupplies(await powerSupplies());
  if (process.platform === "darwin") return dischargingByPmset(await outputOfPmset());
  return false;
}

async function powerSupplies(): Promise<PowerSupply[]> {
  const names = await readdir(SUPPLIES).catch(() => []); // a machine, or a container, without any
  return Promise.all(names.map(async (name) => ({ type: await textOf(`${name}/type`), status: await textOf(`${name}/status`) })));
}

function textOf(file: string): Promise<string> {
  return readFile(`${SUPPLIES}/${file}`, "utf8").then(
    (text) => text.trim(),
    () => "", // mains have no status
  );
}

function outputOfPmset(): Promise<string> {
  return new Promise((resolve) => execFile("pmset", ["-g", "batt"], (_, stdout) => resolve(stdout)));
}
