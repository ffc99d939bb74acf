// Lines of the editor, which count from 0, as lines of the data set, which count from 1. Pure.

/** Whole lines, from 1; a selection that ends before the first column does not mean that line. */
export function linesOf({ start, end }: { start: { line: number }; end: { line: number; character: number } }): {
  start: number;
  end: number;
} {
  const last = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
  return { start: start.line + 1, end: last + 1 };
}
