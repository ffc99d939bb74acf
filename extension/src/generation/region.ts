// A stretch of a document, by offsets, as edits around and in it move it. Pure.

export interface Region {
  start: number;
  /** Offset behind the last character. */
  end: number;
  /** Somebody writes all of it anew: what is typed right behind it is part of it. */
  isWrittenAnew?: boolean;
}

/** An edit, as the editor tells of it. */
export interface Change {
  rangeOffset: number;
  rangeLength: number;
  text: string;
}

/** Where a region is after somebody else's edit. What is typed right before or behind it is not part of it, unless all of it was typed over. */
export function moved(region: Region, { rangeOffset, rangeLength, text }: Change): Region {
  const changeEnd = rangeOffset + rangeLength;
  const delta = text.length - rangeLength;
  if (region.isWrittenAnew && rangeOffset === region.end && rangeLength === 0) return { ...region, end: region.end + delta };
  if (region.start < region.end && rangeOffset === region.start && changeEnd === region.end && text !== "") {
    return { start: region.start, end: region.end + delta, isWrittenAnew: true };
  }
  if (changeEnd <= region.start) return { ...region, start: region.start + delta, end: region.end + delta };
  if (rangeOffset >= region.end) return region;
  if (rangeOffset >= region.start && changeEnd <= region.end) return { ...region, end: region.end + delta };
  if (rangeOffset > region.start) return { start: region.start, end: rangeOffset };
  if (changeEnd < region.end) return { start: rangeOffset + text.length, end: region.end + delta };
  return { start: rangeOffset, end: rangeOffset };
}

/** The smallest single replacement that makes one text of another: what stays the same at both ends is left alone. */
export function replacement(before: string, after: string): Change {
  const most = Math.min(before.length, after.length);
  let same = 0;
  while (same < most && before[same] === after[same]) same++;
  let sameAtEnd = 0;
  while (sameAtEnd < most - same && before.at(-1 - sameAtEnd) === after.at(-1 - sameAtEnd)) sameAtEnd++;
  return { rangeOffset: same, rangeLength: before.length - same - sameAtEnd, text: after.slice(same, after.length - sameAtEnd) };
}
