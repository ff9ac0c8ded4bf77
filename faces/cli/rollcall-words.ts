import type { RunView } from '../../core/view.ts';

/** `go-live needs 2, 1 present (ann)`, for each gate ahead for which too few are there. */
export const shortWords = ({ rollcall }: RunView, text = (data: string) => data): string[] =>
  (rollcall?.short ?? []).map(({ gate, needs, there }) => {
    const who = there.length > 0 ? ` (${there.map((person) => text(person)).join(', ')})` : '';
    return `${text(gate)} needs ${needs}, ${there.length} present${who}`;
  });
