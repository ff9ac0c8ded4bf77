/**
 * Finds the word that was most likely meant: the nearest by Damerau–Levenshtein distance (optimal string
 * alignment), not further away than a third of what was written; the first of equals.
 */
export function nearest(written: string, among: Iterable<string>): string | undefined {
  let best: string | undefined;
  let limit = Math.max(1, Math.floor(written.length / 3));
  for (const word of among) {
    if (Math.abs(word.length - written.length) > limit || word === written) continue;
    const found = distance(written.toLowerCase(), word.toLowerCase());
    if (found > limit || (best !== undefined && found === limit)) continue;
    [best, limit] = [word, found];
  }
  return best;
}

/** The number of insertions, deletions, replacements and swaps of neighbours between two texts. */
export function distance(a: string, b: string): number {
  let [before, previous] = [[] as number[], Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      let least = Math.min(previous[column]! + 1, current[column - 1]! + 1, replaced);
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) least = Math.min(least, before[column - 2]! + 1);
      current.push(least);
    }
    [before, previous] = [previous, current];
  }
  return previous[b.length]!;
}
