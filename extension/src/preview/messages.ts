// What the preview's page and the extension say to each other.

export type PictureFormat = "svg" | "png";

/** To the page. */
export interface ToPage {
  readonly type: "draw";
  readonly text: string;
  readonly version: number;
  /** It grows: what is broken in it is not told. */
  readonly isDraft: boolean;
}

/** From the page. */
export type FromPage =
  | { readonly type: "ready" }
  | { readonly type: "drawn"; readonly version: number }
  | { readonly type: "broken"; readonly version: number; readonly line: number; readonly message: string }
  /** `data` is the text of an SVG, or a PNG in base 64. */
  | { readonly type: "save"; readonly format: PictureFormat; readonly data: string }
  | { readonly type: "copy"; readonly data: string }
  | { readonly type: "said"; readonly what: "copiedPicture" | "noPicture" };
