/** Where a text was cut, so that half a secret may stand there. */
export interface CutAt {
  readonly start?: boolean;
  readonly end?: boolean;
}

type Span = readonly [from: number, to: number];

/** Puts `[secret]` where any of the forms stands, also where two of them overlap and where a cut left a part of one. */
export function blacken(text: string, forms: Iterable<string>, cut: CutAt = {}): string {
  const spans = [...forms].flatMap((form) => [
    ...whereIs(form, text),
    ...(cut.start ? endOf(form, text) : []),
    ...(cut.end ? beginningOf(form, text) : []),
  ]);
  if (spans.length === 0) return text;
  let [shown, at] = ['', 0];
  for (const [from, to] of merged(spans)) {
    shown += `${text.slice(at, from)}[secret]`;
    at = to;
  }
  return shown + text.slice(at);
}

function whereIs(form: string, text: string): Span[] {
  const found: Span[] = [];
  for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1))
    found.push([at, at + form.length]);
  return found;
}

/** The text may begin with the end of a form, … */
function endOf(form: string, text: string): Span[] {
  for (let length = Math.min(form.length - 1, text.length); length > 0; length -= 1) {
    if (text.startsWith(form.slice(-length))) return [[0, length]];
  }
  return [];
}

/** … and end with the beginning of one. */
function beginningOf(form: string, text: string): Span[] {
  for (let length = Math.min(form.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(form.slice(0, length))) return [[text.length - length, text.length]];
  }
  return [];
}

/** Spans that touch stay two: each is a secret of its own. */
function merged(spans: readonly Span[]): Span[] {
  const all: Span[] = [];
  for (const span of [...spans].sort((a, b) => a[0] - b[0] || b[1] - a[1])) {
    const last = all.at(-1);
    if (last && span[0] < last[1]) all[all.length - 1] = [last[0], Math.max(last[1], span[1])];
    else all.push(span);
  }
  return all;
}
