// How a model is named, and what its evaluation says in a line. Pure.
import type { OfferedModel } from "../protocol";
import type { Translate } from "../statusText";

/** A model's name for people. */
export function modelName({ kind, title }: OfferedModel, t: Translate): string {
  switch (kind) {
    case "embedded":
      return t("Embedded base");
    case "merged":
      return t("{0}, merged", title);
    default:
      return title;
  }
}

/** Before and after, as far as it was measured, short enough for a side bar: the loss is that of held-out answers. Empty where it was not. */
export function figuresOf({ evaluation }: OfferedModel, t: Translate): string {
  if (evaluation === null) return "";
  const { baseLoss, loss, baseFirstPrompts, firstPrompts, allFirstPrompts } = evaluation;
  return [
    baseLoss === null || loss === null ? "" : t("loss {0} → {1}", baseLoss.toFixed(2), loss.toFixed(2)),
    allFirstPrompts === 0 ? "" : t("first prompts {0} → {1} of {2}", baseFirstPrompts, firstPrompts, allFirstPrompts),
  ]
    .filter(Boolean)
    .join(" · ");
}

/** How a model is shown in the tree. */
export function modelItemText(
  model: OfferedModel,
  t: Translate,
): { label: string; description: string; tooltip: string; icon: string; contextValue: string } {
  const { base, evaluation, inUse, kind, name } = model;
  const label = modelName(model, t);
  const figures = figuresOf(model, t);
  const untold = evaluation === null && (kind === "adapter" || kind === "merged") ? t("not evaluated") : "";
  const of = base === "" ? "" : t("trained on {0}", base);
  return {
    label,
    description: [figures, untold, inUse ? t("in use") : ""].filter(Boolean).join(" · "),
    tooltip: [label, kind === "embedded" ? "" : name, of, figures].filter(Boolean).join("\n"),
    icon: inUse ? "pass-filled" : "chip",
    contextValue: ["model", inUse ? "" : "choosable", kind === "embedded" ? "" : "file", evaluation?.uri == null ? "" : "evaluated"]
      .filter(Boolean)
      .join(" "),
  };
}
