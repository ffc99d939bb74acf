// What the page of trainings and the extension say to each other.

/** What the form holds, as it was typed. */
export interface FormValues {
  readonly export: string;
  readonly base: string;
  /** Name of a preset, or `minutes`. */
  readonly length: string;
  readonly minutes: string;
  readonly seed: string;
  readonly learningRate: string;
}

export type Action = "stop" | "resume" | "evaluate" | "evaluateAgain" | "use" | "showLog" | "openEvaluation" | "again";

/** What is shown: kept by the editor, so that it is shown again after the window was loaded anew. */
export interface PageState {
  readonly folder: string;
  /** Name of a run; left out for the form. */
  readonly run?: string;
}

/** To the page: HTML by the sections that it belongs into; those that are not named stay. */
export interface ToPage {
  readonly type: "show";
  readonly sections: Readonly<Record<string, string>>;
  /** Of the form. */
  readonly canStart?: boolean;
}

/** From the page. */
export type FromPage =
  | { readonly type: "ready" }
  | { readonly type: "changed"; readonly form: FormValues }
  | { readonly type: "start"; readonly form: FormValues }
  | { readonly type: "export"; readonly form: FormValues }
  | { readonly type: "browse"; readonly what: "file" | "folder"; readonly form: FormValues }
  | { readonly type: "do"; readonly action: Action };
