import type { Check } from '../../core/expectation.ts';
import type { ActionContext } from '../action.ts';
import type { Report } from '../report.ts';
import type { Secrets } from '../secret.ts';

/** The same context: its directories are made when they are asked for. */
export function withoutSecrets(context: ActionContext, secrets: Secrets): ActionContext {
  const [log, progress] = [context.log.bind(context), context.progress.bind(context)];
  const told: Pick<ActionContext, 'log' | 'progress'> = {
    log: (line) => log(secrets.redact(line)),
    progress: (one) => progress(one.doing === undefined ? one : { ...one, doing: secrets.redact(one.doing) }),
  };
  return Object.assign(context, told);
}

/** Outputs are the action's own: a later step may need one in which a weak password stands by chance. */
export function shownOf(report: Report, secrets: Secrets): Report {
  const { message, checks } = report.found;
  const veiled = (check: Check): Check => ({
    ...check,
    expected: secrets.redact(check.expected),
    found: secrets.redact(check.found),
  });
  const found = {
    ...report.found,
    ...(message !== undefined && { message: secrets.redact(message) }),
    ...(checks && { checks: checks.map(veiled) }),
  };
  return { ...report, found };
}
