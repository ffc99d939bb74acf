// Written by `make protocol` from server/protocol.py; change that one.

import { NotificationType, RequestType } from "vscode-languageclient/node";

export type ErrorKind = "noFolder" | "settings" | "project" | "store" | "export" | "noExport" | "addition" | "mermaid" | "unknownExample" | "notBuilt" | "nothingToDraw" | "disk" | "memory" | "model" | "generation" | "training" | "notInstalled" | "restricted" | "crashed";

/** How often a thing occurs. */
export interface Count {
  /** What is counted: a family, a reason in words. */
  name: string;
  /** How many. */
  count: number;
}

/** How far the work that is under way has come. */
export interface Activity {
  /** In words, such as `Reading files`. */
  stage: string;
  /** Items of this stage that are done. */
  done: number;
  /** Items of this stage; 0 where unknown. */
  total: number;
}

/** The `data` of an error response. Its `message` is a sentence for people, with the remedy. */
export interface ErrorData {
  /** What went wrong, for programs. */
  kind: ErrorKind;
}

/** What one workspace folder's data set holds, and what is being done to it. While that goes on, it holds what was known last. */
export interface FolderStatus {
  /** URI of the workspace folder, as the client gave it. */
  folder: string;
  /** Of the folder. */
  name: string;
  /** What is being done, or `notBuilt` where no data set was built yet; `failed` where the last work ended with `problem`. */
  state: "notBuilt" | "ready" | "building" | "updating" | "exporting" | "verifying" | "adding" | "cleaning" | "paused" | "failed";
  /** How far that is; null where nothing is under way. */
  activity: Activity | null;
  /** Why the last work failed, with the remedy; empty where it did not. */
  problem: string;
  /** Saved files that wait to be taken in. */
  pendingFiles: number;
  /** What the model shall be best at: the choice that is remembered. */
  artifactType: string;
  /** Files in the data set. */
  files: number;
  /** Examples in the data set. */
  examples: number;
  /** Commits that were looked at. */
  commits: number;
  /** Examples by family, the largest first; those of the library and the composer join at the export. */
  families: Count[];
  /** Files left out, by reason, the most frequent first. */
  skipped: Count[];
  /** Examples dropped, by reason, the most frequent first. */
  dropped: Count[];
  /** URI of the newest exported training file; null where there is none. */
  newestExport: string | null;
  /** Examples that the person added, accepted or corrected since the newest finished training, or at all where none is. */
  newExamples: number;
  /** Whether a training of this folder has finished. */
  trained: boolean;
}

/** Of which folders. */
export interface StatusParams {
  /** URI of a workspace folder; null for all. */
  folder?: string | null;
}

/** The state of things. */
export interface StatusResult {
  /** One for each workspace folder, in the order of the workspace. */
  folders: FolderStatus[];
  /** Why files are not taken in at the moment; empty where they are. */
  pauseReasons: ("user" | "battery")[];
}

/** One folder's state changed. Short, since it comes often: ask for the status where more is shown. */
export interface StatusChangedParams {
  /** URI of the workspace folder. */
  folder: string;
  /** What is being done now. */
  state: "notBuilt" | "ready" | "building" | "updating" | "exporting" | "verifying" | "adding" | "cleaning" | "paused" | "failed";
  /** How far that is; null where nothing is under way. */
  activity: Activity | null;
  /** Why the last work failed; empty where it did not. */
  problem: string;
  /** Saved files that wait to be taken in. */
  pendingFiles: number;
  /** Files in the data set. */
  files: number;
  /** Examples in the data set. */
  examples: number;
  /** Why files are not taken in at the moment. */
  pauseReasons: ("user" | "battery")[];
  /** Whether the data set itself is another one now, so that a list of it must be read again. */
  contentChanged: boolean;
}

/** What to build. */
export interface BuildParams {
  /** URI of a workspace folder. */
  folder: string;
  /** What the model shall be best at; it is remembered. Null for what was chosen last. */
  artifactType?: string | null;
  /** Under which progress is reported. */
  workDoneToken?: number | string | null;
}

/** What the build did. */
export interface BuildResult {
  /** Files that were read, because they were new or had changed. */
  changed: number;
  /** Files that were forgotten. */
  removed: number;
  /** What there is now. */
  status: FolderStatus;
}

/** What to export. The data set is brought up to date first. */
export interface ExportParams {
  /** URI of a workspace folder. */
  folder: string;
  /** As in a build. */
  artifactType?: string | null;
  /** Of the rows: `trl`, `messages`, `alpaca`, `sharegpt`, `axolotl` or `text`. Null for the setting. */
  format?: string | null;
  /** Rows to aim at. Null for the setting. */
  target?: number | null;
  /** Under which progress is reported. */
  workDoneToken?: number | string | null;
}

/** How a family fared in an export. */
export interface ExportedFamily {
  /** Of the family. */
  name: string;
  /** Its share of the target. */
  quota: number;
  /** Examples there were. */
  available: number;
  /** Examples that were exported. */
  taken: number;
}

/** What was written. */
export interface ExportResult {
  /** Of the file with the rows to train on. */
  uri: string;
  /** Of the report page. */
  reportUri: string;
  /** Rows to train on. */
  trainRows: number;
  /** Rows held out. */
  validationRows: number;
  /** How each family fared. */
  families: ExportedFamily[];
  /** Why there are fewer rows than the target, and what helps. */
  shortages: string[];
}

/** What to check. */
export interface VerifyParams {
  /** URI of a workspace folder. */
  folder: string;
  /** Of an exported training file; null for the newest of the folder. */
  uri?: string | null;
  /** Under which progress is reported. */
  workDoneToken?: number | string | null;
}

/** One thing that was checked. */
export interface VerifyCheck {
  /** Stable, for programs. */
  id: string;
  /** What holds if it passed, in words. */
  name: string;
  /** Null where it could not be run, which is not a pass. */
  passed: boolean | null;
  /** How many, of how many. */
  figure: string;
  /** The first defects and how many more. */
  details: string[];
}

/** What was found. */
export interface VerifyResult {
  /** Of the file that was checked. */
  uri: string;
  /** Of its report page, renewed with this verdict; null where there is none. */
  reportUri: string | null;
  /** `passed`, `failed`, or `incomplete` where a check could not be run. */
  verdict: string;
  /** Of training and validation together. */
  rows: number;
  /** All that was checked. */
  checks: VerifyCheck[];
  /** What is no defect, but should be known. */
  warnings: string[];
}

/** Of which folder. */
export interface ReportParams {
  /** URI of a workspace folder. */
  folder: string;
}

/** Where the newest export's report is. */
export interface ReportResult {
  /** Of the HTML page; null where nothing was exported yet. */
  uri: string | null;
  /** Of the training file that it describes; null likewise. */
  exportUri: string | null;
}

/** Lines of a file, from 1, the last one included. */
export interface LineRange {
  /** First line. */
  start: number;
  /** Last line. */
  end: number;
}

/** What the person wants to be learnt. Files are read from disk: save a changed editor first. */
export interface AddExamplesParams {
  /** Of files and folders; those outside of every workspace folder are refused. */
  uris: string[];
  /** Only these lines, of exactly one file. */
  lines?: LineRange | null;
  /** What the person would ask for it; empty to word it from the code. */
  prompt?: string;
  /** Under which progress is reported. */
  workDoneToken?: number | string | null;
}

/** What was added. */
export interface AddExamplesResult {
  /** Examples by file, relative to its folder. */
  added: Count[];
  /** All together. */
  examples: number;
}

/** Of which folder. */
export interface FamiliesParams {
  /** URI of a workspace folder. */
  folder: string;
}

/** A family of examples. */
export interface Family {
  /** For programs, such as `files`. */
  name: string;
  /** For people. */
  title: string;
  /** How many files it has examples of. */
  files: number;
  /** How many. */
  examples: number;
}

/** The families that have examples, the largest first. */
export interface FamiliesResult {
  /** The first level of the tree. */
  families: Family[];
}

/** Which files of a family. */
export interface FilesParams {
  /** URI of a workspace folder. */
  folder: string;
  /** Name of a family. */
  family: string;
  /** How many to leave out at the start. */
  offset?: number;
  /** At most so many. */
  limit?: number;
}

/** A file that a family has examples of. */
export interface FamilyFile {
  /** Relative to the folder: a file, or for diagrams a folder; empty for the project as a whole. */
  path: string;
  /** Of the file; null for what is no file of the folder. */
  uri: string | null;
  /** How many of this family. */
  examples: number;
}

/** The second level of the tree. */
export interface FilesResult {
  /** A page, by path. */
  files: FamilyFile[];
  /** Files of the family. */
  total: number;
}

/** Which examples of a file. */
export interface ExamplesParams {
  /** URI of a workspace folder. */
  folder: string;
  /** Name of a family. */
  family: string;
  /** As in `FamilyFile`. */
  path: string;
  /** How many to leave out at the start. */
  offset?: number;
  /** At most so many. */
  limit?: number;
}

/** An example in a list. */
export interface ExampleHead {
  /** Digest of prompt and answer. */
  id: string;
  /** The task, such as `implement` or `diagram.erd`. */
  kind: string;
  /** Of the answer. */
  language: string;
  /** First line of the prompt, cut to 120 characters. */
  promptHead: string;
  /** Of the file that holds the answer; null for what is no file of the folder. */
  uri: string | null;
  /** First line of the answer in that file; 0 for no span. */
  startLine: number;
  /** Last line; 0 likewise. */
  endLine: number;
}

/** The third level of the tree. */
export interface ExamplesResult {
  /** A page, in the order of the store. */
  examples: ExampleHead[];
  /** Examples of the file in this family. */
  total: number;
}

/** Which example. */
export interface ExampleParams {
  /** URI of a workspace folder. */
  folder: string;
  /** As in `ExampleHead`. */
  id: string;
}

/** One example in full. */
export interface ExampleResult {
  /** Digest of prompt and answer. */
  id: string;
  /** Its family in the mix. */
  family: string;
  /** The task. */
  kind: string;
  /** Of the answer. */
  language: string;
  /** What the model is asked. */
  prompt: string;
  /** What it is to learn. */
  completion: string;
  /** Of the file that holds the answer. */
  path: string;
  /** Of that file; null for what is no file of the folder. */
  uri: string | null;
  /** First line of the answer in that file; 0 for no span. */
  startLine: number;
  /** Last line; 0 likewise. */
  endLine: number;
  /** Other files that the prompt quotes. */
  contextPaths: string[];
  /** The commit that it shows; empty for none. */
  commit: string;
  /** What made it. */
  rule: string;
  /** SPDX identifier of the source. */
  licence: string;
}

/** Of which folder. */
export interface ArtifactTypesParams {
  /** URI of a workspace folder. */
  folder: string;
}

/** Something that a model can be best at. */
export interface ArtifactType {
  /** For programs, such as `code_prototype`. */
  name: string;
  /** For people. */
  title: string;
}

/** What there is to choose from. */
export interface ArtifactTypesResult {
  /** The default one first. */
  artifactTypes: ArtifactType[];
  /** Name of the one that is remembered for the folder. */
  chosen: string;
}

/** Which file. */
export interface ExplainParams {
  /** Of a file. */
  uri: string;
}

/** Whether and why a file is, or is not, part of the data set. */
export interface ExplainResult {
  /** In words. */
  sentence: string;
}

/** What to generate for a place in a file. */
export interface GenerateParams {
  /** Of the file that the text is for; the model that is chosen for its folder answers, and its language is that of code. */
  uri: string;
  /** In the person's words. */
  prompt: string;
  /** What to generate; null to read it from the words. */
  kind?: "erd" | "sequence" | "class" | "state" | "flowchart" | "architecture" | "html" | "api-docs" | "code" | null;
  /** The same prompt with the same seed has the same answer; another seed, another one. */
  seed?: number;
  /** Of the answer: 1 to 16,384. */
  maxTokens?: number;
  /** Under which `mothertongue/generated` brings the text while it grows; null for the result alone. */
  token?: number | string | null;
}

/** What will probably be asked for, so that its answer begins sooner. */
export interface ReadAheadParams {
  /** As of `generate`. */
  uri: string;
  /** As far as it is known; empty to have the model loaded alone. */
  prompt?: string;
  /** As of `generate`. */
  kind?: "erd" | "sequence" | "class" | "state" | "flowchart" | "architecture" | "html" | "api-docs" | "code" | null;
}

/** What goes on. */
export interface ReadAheadResult {
  /** False where a text is being made, which goes first. */
  begun: boolean;
}

/** What was generated. */
export interface GenerateResult {
  /** What it is. */
  kind: "erd" | "sequence" | "class" | "state" | "flowchart" | "architecture" | "html" | "api-docs" | "code";
  /** Code or Mermaid without a fence, or Markdown. Mermaid is accepted by the real parser. */
  text: string;
  /** Of the text: a language of the data set such as `csharp`, `mermaid` or `markdown`. */
  language: string;
  /** `cut` where the model did not find the end. */
  state: "complete" | "cut" | "cancelled";
  /** What a person should know of it, in words: what was changed so that the parser accepts it, and whether the model was shown */
  notes: string[];
  /** Of the answer. */
  tokens: number;
  /** From when the model was asked until its first token. */
  firstTokenMs: number;
  /** Until its last one. */
  totalMs: number;
}

/** The next piece of a text that is being generated. Of a diagram it is a draft, which the result may repair. */
export interface GeneratedParams {
  /** As given to `generate`, or the `workDoneToken` of a `textDocument/inlineCompletion`. */
  token: number | string;
  /** What comes next; the fence of a diagram is not part of it. */
  text: string;
}

/** What the person thinks of a generated text. */
export interface JudgeParams {
  /** Of the file that it stands in, or stood in. */
  uri: string;
  /** Where it begins there. */
  line: number;
  /** What was asked for. */
  prompt: string;
  /** As it stands now, without a fence. */
  text: string;
  /** Of the text, as in the result. */
  language: string;
  /** What is accepted, or corrected by hand, becomes an example; what is rejected is remembered as such. */
  verdict: "accepted" | "corrected" | "rejected";
}

/** What was remembered. */
export interface JudgeResult {
  /** That were added to the data set. */
  examples: number;
  /** Generated texts that were accepted or corrected, all together. */
  accepted: number;
  /** Generated texts that were rejected, all together. */
  rejected: number;
}

/** Of which folder. */
export interface ModelsParams {
  /** URI of a workspace folder. */
  folder: string;
}

/** What an evaluation found, before and after the training. */
export interface ModelEvaluation {
  /** Of held-out answers with the base alone, in nats a token; null where it was not measured. */
  baseLoss: number | null;
  /** The same with this model. */
  loss: number | null;
  /** How many of the first prompts the base passes. */
  baseFirstPrompts: number;
  /** How many this model passes. */
  firstPrompts: number;
  /** How many there are; 0 where they were not asked. */
  allFirstPrompts: number;
  /** Of the page with all figures and answers; null where it is gone. */
  uri: string | null;
}

/** A model that can answer. */
export interface OfferedModel {
  /** What the setting `mothertongue.model` holds to choose it. */
  name: string;
  /** The embedded base, a run's adapter, a run's merged model, or another GGUF file that was chosen. */
  kind: "embedded" | "adapter" | "merged" | "file";
  /** The run's name, or the file's; empty for the embedded base. */
  title: string;
  /** Of the file; null for the embedded base. */
  uri: string | null;
  /** Name of the base that it was trained on; empty where it is not known. */
  base: string;
  /** Null where it was not evaluated. */
  evaluation: ModelEvaluation | null;
  /** Whether it answers now. */
  inUse: boolean;
}

/** What can be chosen. */
export interface ModelsResult {
  /** The embedded base, then the adapters, the newest first, then merged models and a file that was chosen. */
  models: OfferedModel[];
  /** Whether nothing was chosen, so that the newest adapter answers. */
  automatic: boolean;
  /** Why the one that was chosen cannot answer; empty where it can. */
  problem: string;
}

/** Of which folder. */
export interface TrainingChoicesParams {
  /** URI of a workspace folder. */
  folder: string;
}

/** An export that can be trained on. */
export interface TrainableExport {
  /** Of the file with the rows to train on. */
  uri: string;
  /** Of that file. */
  name: string;
  /** To train on. */
  rows: number;
  /** Examples that the person added, accepted or corrected after the rows were written: a new export takes them in. */
  newer: number;
}

/** A base model that an adapter can be trained for. */
export interface TrainableBase {
  /** Of a GGUF file or a Hugging Face folder; empty for the embedded base. */
  path: string;
  /** For people. */
  title: string;
}

/** How long a training takes if nothing else is said. */
export interface TrainingPreset {
  /** For programs, such as `quick`. */
  name: string;
  /** Of a time box; 0 for none. */
  minutes: number;
  /** Passes over the rows; 0 for no limit. */
  epochs: number;
}

/** What a form offers. */
export interface TrainingChoicesResult {
  /** The newest first. */
  exports: TrainableExport[];
  /** The embedded one first, then those of earlier runs, the newest first. */
  bases: TrainableBase[];
  /** The default one first. */
  presets: TrainingPreset[];
  /** Fewer are refused. */
  minimumRows: number;
  /** Packages that training needs and the interpreter for models does not have; empty where all are there. */
  missing: string[];
  /** Name of the run that is training now; empty where none is. */
  running: string;
}

/** What to train. */
export interface TrainParams {
  /** URI of a workspace folder. */
  folder: string;
  /** Path of a GGUF file or a Hugging Face folder; empty for the embedded base. */
  base?: string;
  /** URI of a file with rows to train on; null for the newest export. */
  export?: string | null;
  /** Name of a preset. */
  preset?: string;
  /** A time box in place of that of the preset; null for the preset's. */
  minutes?: number | null;
  /** Of the adapter's start and of the order of the rows. */
  seed?: number;
  /** Null for what suits the size of the base. */
  learningRate?: number | null;
}

/** How long a training will take, before it starts. The run measures again before its first step. */
export interface TrainingEstimate {
  /** From the first step to the last; null where nothing is known yet. */
  seconds: number | null;
  /** What is known: the time box, the speed of an earlier run on this base, or how fast this machine multiplies. */
  basis: "timeBox" | "earlierRun" | "machine";
}

/** Which run. */
export interface RunParams {
  /** URI of a workspace folder. */
  folder: string;
  /** Name of the run. */
  run: string;
}

/** Of which folder. */
export interface RunsParams {
  /** URI of a workspace folder. */
  folder: string;
}

/** A training run as a list shows it. */
export interface RunSummary {
  /** Of its folder in `.mothertongue/runs`. */
  name: string;
  /** `failed` also where its process ended before the training began; `killed` where it ended in the middle, without a word. */
  status: "notStarted" | "starting" | "preparing" | "training" | "finished" | "cancelled" | "failed" | "killed";
  /** Whether it was asked to stop and has not ended yet. */
  stopping: boolean;
  /** Steps that were done. */
  step: number;
  /** Steps that it will take; 0 while that is not known. */
  plannedSteps: number;
  /** Until its end; null where it does not train, or it is not known yet. */
  etaSeconds: number | null;
  /** How it ended, or why it failed and what to do; empty while it goes on. */
  message: string;
  /** Held-out loss before the first step, in nats a token; null before it is measured. */
  baseLoss: number | null;
  /** Of the adapter that is saved; null before there is one. */
  bestLoss: number | null;
}

/** The training runs of a folder. */
export interface RunsResult {
  /** The newest first. */
  runs: RunSummary[];
}

/** A point of a curve. */
export interface LossPoint {
  /** Where. */
  step: number;
  /** In nats a token. */
  loss: number;
}

/** Something that an answer must show. */
export interface NamedCheck {
  /** What, in words. */
  name: string;
  /** Whether it does. */
  passed: boolean;
}

/** What a model answered. */
export interface SampleAnswer {
  /** Without a fence. */
  text: string;
  /** Of the text, such as `mermaid`; `markdown` where it is words. */
  language: string;
  /** Whether it is in the language that was asked for, and a parser accepts it. */
  valid: boolean;
  /** What it must show. */
  checks: NamedCheck[];
}

/** One of the prompts that people try first, before and after the training. */
export interface Sample {
  /** What was asked. */
  prompt: string;
  /** What the base answered. */
  before: SampleAnswer;
  /** What the base with the adapter answered. */
  after: SampleAnswer;
}

/** All there is to say of a training run. */
export interface RunResult {
  /** As in the list. */
  summary: RunSummary;
  /** Name of the base. */
  base: string;
  /** Name of the file with the rows. */
  data: string;
  /** That are trained on; null while they are read. */
  rows: number | null;
  /** Held-out rows that are looked at during the run; null likewise. */
  validationRows: number | null;
  /** Where and how it computes, in words; empty while that is not known. */
  place: string;
  /** At its height; null while that is not known. */
  learningRate: number | null;
  /** Of the adapter's start and of the order of the rows. */
  seed: number;
  /** Since the first step, over all processes of the run. */
  elapsedSeconds: number;
  /** Of the newest steps; null before the first one. */
  tokensPerSecond: number | null;
  /** By step; of a long run, means over neighbouring steps. */
  trainingLoss: LossPoint[];
  /** By step, from before the first one. */
  heldOutLoss: LossPoint[];
  /** What the course of a run that has ended means, the weightiest first. */
  diagnosis: string[];
  /** What else it had to say. */
  notes: string[];
  /** What the setting `mothertongue.model` holds to use its adapter; null where it has none that can be used. */
  model: string | null;
  /** Of what its process printed. */
  logUri: string;
  /** What an evaluation found; null where there was none. */
  evaluation: ModelEvaluation | null;
  /** The first prompts as base and adapter answered them; empty where they were not asked. */
  samples: Sample[];
}

/** What to evaluate. */
export interface EvaluateParams {
  /** URI of a workspace folder. */
  folder: string;
  /** Name of the run. */
  run: string;
  /** Held-out rows whose loss is measured; 0 for all. */
  rows?: number;
  /** Held-out prompts that are answered, beside the first prompts; 0 for none of both. */
  answers?: number;
  /** Under which progress is reported. */
  workDoneToken?: number | string | null;
}

/** What was written. */
export interface EvaluateResult {
  /** Of the page with all figures and answers. */
  uri: string;
}

/** What to draw. Files are read from disk: save a changed editor first. */
export interface DiagramParams {
  /** Of a file or folder. */
  uri: string;
  /** Of the definition that is meant, from 1; 0 for the file as a whole. */
  line?: number;
  /** Only this kind; null for all that there are. */
  kind?: "erd" | "class" | "sequence" | "flowchart" | "architecture" | null;
}

/** A diagram that was computed from the code, without a model. */
export interface Diagram {
  /** `flowchart` shows who depends on whom. */
  kind: "erd" | "class" | "sequence" | "flowchart" | "architecture";
  /** The definition that it is about; empty for the file or folder itself. */
  subject: string;
  /** Mermaid. Its first line is a comment that names the source, so that the server can say when the code has moved on. */
  text: string;
  /** The files whose declarations it shows, relative to the workspace folder. */
  sources: string[];
}

/** What can be drawn. */
export interface DiagramResult {
  /** Of what was asked about: the last part of its path, or the folder's own name. */
  name: string;
  /** The most telling one first; none where there is nothing to show. */
  diagrams: Diagram[];
}

/** Of which folder. */
export interface DoctorParams {
  /** URI of a workspace folder. */
  folder: string;
}

/** One thing that was looked at. */
export interface DoctorFinding {
  /** Its name. */
  what: string;
  /** `missing` where an optional part is not there. */
  state: "ok" | "missing" | "broken";
  /** What was found. */
  detail: string;
  /** What to do; empty where nothing is to do. */
  remedy: string;
}

/** What was found. */
export interface DoctorResult {
  /** One for each thing that was looked at. */
  findings: DoctorFinding[];
}

/** Why to pause. Work that the person asks for is done all the same; only what happens by itself waits. */
export interface PauseParams {
  /** Each reason is resumed by itself: on mains again, files are taken in unless the person had paused too. */
  reason: "user" | "battery";
}

/** Which reason to pause is gone. */
export interface ResumeParams {
  /** As given to `pause`. */
  reason: "user" | "battery";
}

/** Whether files are taken in by themselves. */
export interface PauseResult {
  /** Why not; empty where they are. */
  pauseReasons: ("user" | "battery")[];
}

/** What to remove. The project itself is not touched. */
export interface CleanParams {
  /** URI of a workspace folder. */
  folder: string;
  /** Whether the exported files go too. */
  includeExports?: boolean;
}

/** What was removed. */
export interface CleanResult {
  /** URIs of the folders. */
  removed: string[];
}

/** What a client may say in `initialize`. */
export interface InitializationOptions {
  /** Whether the person trusts the workspace. If not, no setting of the workspace chooses a path, and no model of it is loaded. */
  trusted?: boolean;
  /** Path of the interpreter that has llama-cpp-python; null for the one that runs the server. */
  modelPython?: string | null;
}

export const BuildRequest = new RequestType<BuildParams, BuildResult, ErrorData>("mothertongue/build");

export const ExportRequest = new RequestType<ExportParams, ExportResult, ErrorData>("mothertongue/export");

export const VerifyRequest = new RequestType<VerifyParams, VerifyResult, ErrorData>("mothertongue/verify");

export const AddExamplesRequest = new RequestType<AddExamplesParams, AddExamplesResult, ErrorData>("mothertongue/addExamples");

export const StatusRequest = new RequestType<StatusParams, StatusResult, ErrorData>("mothertongue/status");

export const FamiliesRequest = new RequestType<FamiliesParams, FamiliesResult, ErrorData>("mothertongue/families");

export const FilesRequest = new RequestType<FilesParams, FilesResult, ErrorData>("mothertongue/files");

export const ExamplesRequest = new RequestType<ExamplesParams, ExamplesResult, ErrorData>("mothertongue/examples");

export const ExampleRequest = new RequestType<ExampleParams, ExampleResult, ErrorData>("mothertongue/example");

export const ArtifactTypesRequest = new RequestType<ArtifactTypesParams, ArtifactTypesResult, ErrorData>("mothertongue/artifactTypes");

export const ExplainRequest = new RequestType<ExplainParams, ExplainResult, ErrorData>("mothertongue/explain");

export const GenerateRequest = new RequestType<GenerateParams, GenerateResult, ErrorData>("mothertongue/generate");

export const ReadAheadRequest = new RequestType<ReadAheadParams, ReadAheadResult, ErrorData>("mothertongue/readAhead");

export const JudgeRequest = new RequestType<JudgeParams, JudgeResult, ErrorData>("mothertongue/judge");

export const ModelsRequest = new RequestType<ModelsParams, ModelsResult, ErrorData>("mothertongue/models");

export const TrainingChoicesRequest = new RequestType<TrainingChoicesParams, TrainingChoicesResult, ErrorData>("mothertongue/trainingChoices");

export const EstimateTrainingRequest = new RequestType<TrainParams, TrainingEstimate, ErrorData>("mothertongue/estimateTraining");

export const TrainRequest = new RequestType<TrainParams, RunParams, ErrorData>("mothertongue/train");

export const StopTrainingRequest = new RequestType<RunParams, RunSummary, ErrorData>("mothertongue/stopTraining");

export const ResumeTrainingRequest = new RequestType<RunParams, RunSummary, ErrorData>("mothertongue/resumeTraining");

export const RunsRequest = new RequestType<RunsParams, RunsResult, ErrorData>("mothertongue/runs");

export const RunRequest = new RequestType<RunParams, RunResult, ErrorData>("mothertongue/run");

export const EvaluateRequest = new RequestType<EvaluateParams, EvaluateResult, ErrorData>("mothertongue/evaluate");

export const DiagramRequest = new RequestType<DiagramParams, DiagramResult, ErrorData>("mothertongue/diagram");

export const ReportRequest = new RequestType<ReportParams, ReportResult, ErrorData>("mothertongue/report");

export const DoctorRequest = new RequestType<DoctorParams, DoctorResult, ErrorData>("mothertongue/doctor");

export const PauseRequest = new RequestType<PauseParams, PauseResult, ErrorData>("mothertongue/pause");

export const ResumeRequest = new RequestType<ResumeParams, PauseResult, ErrorData>("mothertongue/resume");

export const CleanRequest = new RequestType<CleanParams, CleanResult, ErrorData>("mothertongue/clean");

export const GeneratedNotification = new NotificationType<GeneratedParams>("mothertongue/generated");

export const StatusChangedNotification = new NotificationType<StatusChangedParams>("mothertongue/statusChanged");
