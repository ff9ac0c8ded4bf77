import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { nearest } from '../nearest.ts';
import { showPath, type Problem } from '../problem.ts';

/** Turns what passes found wrong into what people read. Where it stands in the file only the reader knows. */
export function report(problems: readonly Problem[]): Diagnostic[] {
  return problems.map(({ code, path, summary, detail, hint, meant }) => {
    const close = meant && nearest(meant.written, meant.among);
    const hints = [close === undefined ? undefined : `Did you mean ${close}?`, hint];
    const advice = hints.filter((one) => one !== undefined).join(' ');
    return {
      code,
      severity: 'error',
      summary,
      path: showPath(path),
      ...(detail !== undefined && { detail }),
      ...(advice !== '' && { hint: advice }),
    };
  });
}
