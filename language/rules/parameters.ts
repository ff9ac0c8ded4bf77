import { settleParameters } from '../compile/parameters.ts';
import type { Problem } from '../problem.ts';
import type { Rule } from './facts.ts';

/** A pattern is a regular expression, and a default is a value that could have been given. */
export const parameters: Rule = function* ({ runbook }) {
  for (const [name, declaration] of Object.entries(runbook.parameters)) {
    const broken = declaration.pattern === undefined ? undefined : whatBreaks(declaration.pattern);
    if (broken !== undefined) {
      yield {
        code: 'MUSTER_PARAMETER_PATTERN',
        path: ['parameters', name, 'pattern'],
        summary: `The pattern is no regular expression: ${broken}.`,
      };
    } else if (declaration.default !== undefined) {
      const problems: Problem[] = [];
      settleParameters({ [name]: declaration }, {}, problems);
      const path = ['parameters', name, 'default'];
      for (const { summary } of problems) {
        yield {
          code: 'MUSTER_PARAMETER_DEFAULT',
          path,
          summary: summary.replace('what was given', 'its default'),
        };
      }
    }
  }
};

function whatBreaks(pattern: string): string | undefined {
  try {
    return void new RegExp(`^(?:${pattern})$`, 'u');
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}
