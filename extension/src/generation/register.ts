// "Generate Here" and what goes with it: commands, lenses above a generated text, its colour, and what the status bar says meanwhile.
import * as vscode from "vscode";
import type { Preview } from "../preview/panel";
import type { ServerConnection } from "../server";
import { Generator, kindInWords } from "./generator";
import { isDiagram, type Kind } from "./layout";
import type { PlacedText } from "./placed";
import type { PromptLines } from "./promptLines";
import { askForPrompt, pickKind } from "./prompts";

const DOCUMENTS: vscode.DocumentSelector = [{ scheme: "file" }, { scheme: "untitled" }];

export function registerGeneration(context: vscode.ExtensionContext, server: ServerConnection, preview: Preview): vscode.Disposable[] {
  const generator = new Generator(server);
  const memory = context.workspaceState;
  const withText = (act: (text: PlacedText) => unknown) => (given?: PlacedText) => {
    const text = given ?? atCursor(generator);
    return text === undefined ? undefined : act(text);
  };
  return [
    generator,
    generator.onDidChange(() => preview.grows(generator.growing?.document)),
    vscode.commands.registerCommand("mothertongue.generate", () => generateHere(generator, preview, memory)),
    vscode.commands.registerCommand("mothertongue.stopGenerating", () => {
      generator.stop();
      server.promptLines.stop();
    }),
    vscode.commands.registerCommand(
      "mothertongue.acceptGenerated",
      withText((text) => generator.accept(text)),
    ),
    vscode.commands.registerCommand(
      "mothertongue.rejectGenerated",
      withText((text) => generator.reject(text)),
    ),
    vscode.commands.registerCommand(
      "mothertongue.regenerate",
      withText((text) => generator.beginAnew(text, { ...text.asked, seed: text.asked.seed + 1 })),
    ),
    vscode.commands.registerCommand(
      "mothertongue.editPrompt",
      withText((text) => editPrompt(generator, memory, text)),
    ),
    vscode.languages.registerCodeLensProvider(DOCUMENTS, new Lenses(generator)),
    vscode.languages.registerCodeActionsProvider(
      DOCUMENTS,
      { provideCodeActions: () => [codeAction()] },
      { providedCodeActionKinds: [ACTION_KIND] },
    ),
    ...showState(generator, server.promptLines),
  ];
}

const ACTION_KIND = vscode.CodeActionKind.Refactor.append("mothertongue.generate");

async function generateHere(generator: Generator, preview: Preview, memory: vscode.Memento): Promise<void> {
  const active = vscode.window.activeTextEditor;
  const place = active?.document.uri ?? vscode.workspace.workspaceFolders?.[0]?.uri;
  const readAhead = (kind: Kind | null, typed?: string): void => {
    if (place !== undefined) generator.readAhead(place, kind, typed);
  };
  readAhead(null);
  const kind = await pickKind();
  // What finds an exemplar of the kind takes half a second the first time.
  if (kind) readAhead(kind);
  const prompt = kind === undefined ? undefined : await askForPrompt(memory, (typed) => readAhead(kind, typed));
  if (kind === undefined || prompt === undefined) return;
  // From the walkthrough, say, where there is no cursor yet.
  const editor = active ?? (await newNotes());
  const isWanted = vscode.workspace.getConfiguration("mothertongue").get<boolean>("previewWhileGenerating", true);
  const generating = generator.begin(editor, { prompt, kind, seed: 0 });
  // After the request is sent: the model reads it while the panel opens.
  if (isWanted && isDiagram(kind ?? kindInWords(prompt))) preview.show(editor);
  await generating;
}

/** A new Markdown file takes text of any kind. */
async function newNotes(): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: "markdown" }));
}

async function editPrompt(generator: Generator, memory: vscode.Memento, text: PlacedText): Promise<void> {
  const { kind, prompt: before } = text.asked;
  const prompt = await askForPrompt(memory, (typed) => generator.readAhead(text.document.uri, kind, typed), before);
  if (prompt !== undefined) await generator.beginAnew(text, { ...text.asked, prompt });
}

/** The text that the cursor is in, or the only one of the editor. */
function atCursor(generator: Generator): PlacedText | undefined {
  const editor = vscode.window.activeTextEditor;
  const here = generator.all.filter(({ document }) => document === editor?.document);
  return here.find(({ range }) => editor !== undefined && range.contains(editor.selection.active)) ?? here.at(-1);
}

function codeAction(): vscode.CodeAction {
  const title = vscode.l10n.t("Generate Here…");
  const action = new vscode.CodeAction(title, ACTION_KIND);
  action.command = { command: "mothertongue.generate", title };
  return action;
}

class Lenses implements vscode.CodeLensProvider {
  readonly onDidChangeCodeLenses: vscode.Event<void>;

  constructor(private readonly generator: Generator) {
    this.onDidChangeCodeLenses = generator.onDidChange;
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    return this.generator.all.filter((text) => text.document === document && !text.isEmpty).flatMap(lensesOf);
  }
}

function lensesOf(text: PlacedText): vscode.CodeLens[] {
  const { t } = vscode.l10n;
  const range = new vscode.Range(text.firstLine, 0, text.firstLine, 0);
  const verdicts = [
    { title: t("$(check) Accept"), command: "mothertongue.acceptGenerated" },
    { title: t("$(close) Reject"), command: "mothertongue.rejectGenerated" },
    { title: t("$(refresh) Regenerate"), command: "mothertongue.regenerate" },
    { title: t("$(edit) Edit Prompt"), command: "mothertongue.editPrompt" },
  ];
  const stop = { title: t("$(debug-stop) Stop"), command: "mothertongue.stopGenerating" };
  const preview = {
    title: t("$(open-preview) Preview"),
    command: "mothertongue.previewDiagram",
    // In a fence the diagram begins a line below.
    arguments: [text.document.uri, Math.min(text.firstLine + 1, text.range.end.line)],
  };
  const commands = [...(text.isGrowing ? [stop] : verdicts), ...(text.language === "mermaid" ? [preview] : [])];
  return commands.map((command) => new vscode.CodeLens(range, { tooltip: text.asked.prompt, arguments: [text], ...command }));
}

/** Colour of the texts that wait for a verdict, and where and how far something is being generated: at its line and in the status bar. */
function showState(generator: Generator, promptLines: PromptLines): vscode.Disposable[] {
  const { t } = vscode.l10n;
  const item = vscode.window.createStatusBarItem("mothertongue.generating", vscode.StatusBarAlignment.Right, 91);
  item.name = t("Mothertongue: generating");
  item.command = "mothertongue.stopGenerating";
  item.tooltip = t("Click, or press Escape in the editor, to stop.");
  const colour = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor("diffEditor.insertedLineBackground"),
    overviewRulerColor: new vscode.ThemeColor("editorOverviewRuler.addedForeground"),
    overviewRulerLane: vscode.OverviewRulerLane.Left,
  });
  const noted = vscode.window.createTextEditorDecorationType({
    after: { color: new vscode.ThemeColor("editorCodeLens.foreground"), fontStyle: "italic", margin: "0 0 0 1em" },
  });
  const mark = (editor: vscode.TextEditor): void => {
    const here = generator.all.filter(({ document }) => document === editor.document);
    editor.setDecorations(
      colour,
      here.filter(({ isEmpty }) => !isEmpty).map(({ firstLine, range }) => new vscode.Range(firstLine, 0, range.end.line, 0)),
    );
    const growing = here.filter(({ isGrowing }) => isGrowing).map(({ range }) => note(range.end, t("generating…")));
    const told = here.filter(({ notes }) => notes.length > 0).map(({ range, notes }) => noteAtLastLine(range.end, notes.join("; ")));
    editor.setDecorations(noted, [...growing, ...told, ...noteAtPromptLine(editor.document, promptLines)]);
  };
  const tell = (): void => {
    const nLines = linesThatGrow(generator, promptLines);
    if (nLines === undefined) return;
    const text = `$(loading~spin) ${nLines === 0 ? t("Reading the prompt") : t("Generating, line {0}", nLines)}`;
    if (item.text !== text) item.text = text;
  };
  // Each editor that is marked is drawn anew, also where nothing changes: what grows touches its own alone.
  const grow = ({ document }: PlacedText): void => {
    vscode.window.visibleTextEditors.filter((editor) => editor.document === document).forEach(mark);
    tell();
  };
  const draw = (): void => {
    const isGenerating = linesThatGrow(generator, promptLines) !== undefined;
    void vscode.commands.executeCommand("setContext", "mothertongue.generating", isGenerating);
    vscode.window.visibleTextEditors.forEach(mark);
    tell();
    if (isGenerating) item.show();
    else item.hide();
  };
  const drawn = [
    generator.onDidGrow(grow),
    generator.onDidChange(draw),
    promptLines.onDidChange(draw),
    vscode.window.onDidChangeVisibleTextEditors(draw),
  ];
  return [item, colour, noted, ...drawn];
}

/** Lines of what is being generated, 0 before the first; undefined where nothing is. */
function linesThatGrow({ growing }: Generator, { current, isAnswering }: PromptLines): number | undefined {
  if (growing !== undefined) return growing.isEmpty ? 0 : growing.range.end.line - growing.firstLine + 1;
  return isAnswering ? current?.nLines : undefined;
}

/** That a prompt line is being answered, or why it was not: the person looks there, and asked for no message. */
function noteAtPromptLine(document: vscode.TextDocument, { current }: PromptLines): vscode.DecorationOptions[] {
  if (current?.uri !== document.uri.toString() || current.line >= document.lineCount) return [];
  const { end } = document.lineAt(current.line).range;
  const { t } = vscode.l10n;
  return [note(end, current.problem === undefined ? t("generating…") : t("no answer: {0}", current.problem))];
}

/** In a narrow editor most of it is out of sight: it can be read at the line, too. */
function noteAtLastLine(end: vscode.Position, text: string): vscode.DecorationOptions {
  return {
    ...note(end, text),
    range: new vscode.Range(end.line, 0, end.line, end.character),
    hoverMessage: new vscode.MarkdownString().appendText(text),
  };
}

function note(at: vscode.Position, text: string): vscode.DecorationOptions {
  return { range: new vscode.Range(at, at), renderOptions: { after: { contentText: text } } };
}
