// What a person is asked before something is generated: its kind, and the prompt, with those that were used before.
import * as vscode from "vscode";
import type { Kind } from "./layout";

const RECENT = "recentPrompts";
const MAX_RECENT = 20;
/** Shorter than people look at what they wrote before they send it. */
const PAUSE_MS = 250;

/** @returns null where the prompt's words shall say it; undefined where the person left. */
export async function pickKind(): Promise<Kind | null | undefined> {
  const { t } = vscode.l10n;
  const kinds: { label: string; value: Kind | null }[] = [
    { label: t("What the prompt says"), value: null },
    { label: t("ERD"), value: "erd" },
    { label: t("Class diagram"), value: "class" },
    { label: t("Sequence diagram"), value: "sequence" },
    { label: t("State diagram"), value: "state" },
    { label: t("Flowchart"), value: "flowchart" },
    { label: t("Architecture diagram"), value: "architecture" },
    { label: t("Code"), value: "code" },
    { label: t("HTML"), value: "html" },
    { label: t("API documentation"), value: "api-docs" },
  ];
  const picked = await vscode.window.showQuickPick(kinds, { title: t("Generate Here"), placeHolder: t("What shall be generated?") });
  return picked?.value;
}

/**
 * A prompt that is typed, or one of the recent ones; undefined where the person left.
 *
 * @param onPause Gets what is typed so far, whenever the typing pauses.
 */
export async function askForPrompt(memory: vscode.Memento, onPause: (prompt: string) => void, value = ""): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const recent = memory.get<string[]>(RECENT, []);
  const input = vscode.window.createQuickPick();
  input.title = t("Generate Here");
  input.placeholder = t("In your words, such as: ERD for a hotel booking system");
  input.ignoreFocusOut = true;
  const offer = (): void => {
    const typed = input.value.trim();
    const others = recent.filter((one) => one !== typed).map((label) => ({ label, iconPath: new vscode.ThemeIcon("history") }));
    input.items = typed === "" ? others : [{ label: typed, alwaysShow: true, iconPath: new vscode.ThemeIcon("sparkle") }, ...others];
  };
  input.value = value;
  offer();
  let pausing: NodeJS.Timeout | undefined;
  const typed = (): void => {
    offer();
    clearTimeout(pausing);
    pausing = setTimeout(() => onPause(input.value.trim()), PAUSE_MS);
  };
  const prompt = await new Promise<string | undefined>((resolve) => {
    input.onDidChangeValue(typed);
    input.onDidAccept(() => resolve(input.activeItems[0]?.label ?? (input.value.trim() || undefined)));
    input.onDidHide(() => resolve(undefined));
    input.show();
  });
  clearTimeout(pausing);
  input.dispose();
  if (prompt !== undefined) await memory.update(RECENT, [prompt, ...recent.filter((one) => one !== prompt)].slice(0, MAX_RECENT));
  return prompt;
}
