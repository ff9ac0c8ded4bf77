import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Check, compare } from '../core/expectation.ts';
import { printable, shorten } from '../core/printable.ts';
import { formatDuration } from '../core/units.ts';
import type { Scalar } from '../core/value.ts';
import {
  type Action,
  type ActionContext,
  ActionFailure,
  type ActionResult,
  type Description,
  lookEvery,
} from './action.ts';
import { type Errand, failed, type Report } from './report.ts';
import { gathered, Secrets } from './secret.ts';
import { shownOf, withoutSecrets } from './secrets/veil.ts';
import { parseInput } from './parse-input.ts';

/** Longest message, longest finding shown in a check, and longest end of a standard error, in characters. */
const messageLimit = 4_000;
const findingLimit = 500;
const lastWordsLimit = 600;

export interface Assignment {
  readonly action: Action;
  readonly errand: Errand;
  /** Aborted when nobody wants the end any more. */
  readonly signal: AbortSignal;
  readonly context: (signal: AbortSignal) => ActionContext;
}

/**
 * Carries out one call of an action: checks its input, runs it, compares what it found with what is
 * expected, again until `within` has gone by and for as long as `for` says.
 * No secret that was looked up on its way stands in what it reports, logs or tells of its progress, whatever the action itself has overlooked.
 * A failure is a report. It throws only the reason of `signal`, when that was aborted.
 */
export async function carryOut({ action, errand, signal, context }: Assignment): Promise<Report> {
  const parsed = parseInput(action.description.input, errand.with);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${issue.path.join('.') || 'with'}: ${issue.message}`,
    );
    return failed(`${errand.action} was not started, its input does not fit: ${problems.join('; ')}`);
  }
  const limit = errand.timeout === undefined ? undefined : AbortSignal.timeout(errand.timeout);
  const either = limit ? AbortSignal.any([signal, limit]) : signal;
  const work = errand.as === 'settle' ? settle : look;
  const secrets = new Secrets();
  try {
    either.throwIfAborted();
    const veiled = withoutSecrets(context(either), secrets);
    const report = gathered(secrets, () => work(action, errand, parsed.data, veiled));
    return shownOf(await orAborted(report, either), secrets);
  } catch (error) {
    // What may go on elsewhere although it was told to stop must not be taken for stopped.
    if (error instanceof ActionFailure && error.kind === 'unknown' && errand.as === 'do')
      return shownOf({ outcome: 'unknown', outputs: {}, found: { message: inWords(error) } }, secrets);
    signal.throwIfAborted();
    if (!limit?.aborted) return shownOf(failed(inWords(error)), secrets);
    return failed(`${errand.action} was ended after its timeout of ${formatDuration(errand.timeout ?? 0)}`);
  }
}

/** How long an action that was told to end may take to put things in order, in milliseconds: less than its process has. */
const graceMs = 9_000;

/** What does not heed its signal must not hold up the end of the step for ever. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const done = new AbortController();
  const aborted = once(signal, 'abort', { signal: done.signal })
    .then(() => sleep(graceMs, undefined, { signal: done.signal }))
    .then(() => Promise.reject(signal.reason as Error));
  try {
    return await Promise.race([work, aborted]);
  } finally {
    done.abort();
  }
}

async function settle(
  action: Action,
  errand: Errand,
  input: object,
  context: ActionContext,
): Promise<Report> {
  const { name } = action.description;
  if (!action.settle) {
    return { outcome: 'unknown', outputs: {}, found: { message: `${name} cannot tell what it left` } };
  }
  const left = await action.settle(input as never, context);
  if (typeof left === 'object') return settled(action, errand, left);
  const [outcome, message] = (
    {
      done: ['passed', `looked: ${name} had done its work`],
      'not-done': ['failed', `looked: ${name} had done nothing`],
      partial: ['unknown', `looked: ${name} had done a part of its work`],
    } as const
  )[left];
  return { outcome, outputs: {}, found: { message } };
}

/** Work that had come to its end is done only where it ended as it should. */
function settled({ description }: Action, errand: Errand, result: ActionResult): Report {
  const { passed, checks, wrong } = judge(description, errand, result);
  const how = passed ? 'had done its work' : `had ended: ${wrong}`;
  const message = shorten(`looked: ${description.name} ${how}`, messageLimit);
  return {
    outcome: passed ? 'passed' : 'failed',
    outputs: result.outputs,
    found: { ...result.found, ...(!passed && { checks }), message },
  };
}

/** Compares findings with what is expected, and says what is wrong. */
function judge(
  description: Description,
  errand: Errand,
  { findings, details }: Pick<ActionResult, 'findings' | 'details'>,
) {
  const checks = compare({ ...description.expects, ...errand.expect }, findings, description.findings).map(
    shown,
  );
  const failing = checks.filter((check) => !check.passed);
  const which = details === undefined ? '' : `. ${details}`;
  const wrong = `${failing.map(discrepancy).join('; ')}${which}${lastWords(findings)}`;
  return { checks, passed: failing.length === 0, wrong };
}

/** One look, or several: `for` begins anew with each look that fails while `within` lasts. */
async function look(action: Action, errand: Errand, input: object, context: ActionContext): Promise<Report> {
  const began = performance.now();
  let passingSince: number | undefined;
  for (;;) {
    const report = await lookOnce(action, errand, input, context);
    const now = performance.now();
    if (report.outcome === 'passed') {
      passingSince ??= now;
      if (now - passingSince >= (errand.for ?? 0)) return report;
    } else {
      passingSince = undefined;
      if (report.found.terminal || now - began >= (errand.within ?? 0)) return report;
    }
    await sleep(lookEvery, undefined, { signal: context.signal });
  }
}

async function lookOnce(
  action: Action,
  errand: Errand,
  input: object,
  context: ActionContext,
): Promise<Report> {
  try {
    const result = await action.run(input as never, context);
    const { passed, checks, wrong } = judge(action.description, errand, result);
    const { outputs, found } = result;
    const all = { ...found, ...(checks.length > 0 && { checks }) };
    return passed ? { outcome: 'passed', outputs, found: all } : failed(shorten(wrong, messageLimit), all);
  } catch (error) {
    if (context.signal.aborted) throw error;
    const findings: Readonly<Record<string, Scalar>> = error instanceof ActionFailure ? error.findings : {};
    const { checks } = judge(action.description, errand, { findings });
    const found = { ...(checks.length > 0 && { checks }) };
    const kind = error instanceof ActionFailure ? error.kind : 'retryable';
    if (kind === 'unknown')
      return { outcome: 'unknown', outputs: {}, found: { ...found, message: inWords(error) } };
    return failed(inWords(error), { ...found, ...(kind === 'terminal' && { terminal: true as const }) });
  }
}

const shown = (check: Check): Check => ({
  ...check,
  expected: shorten(printable(check.expected), findingLimit),
  found: shorten(printable(check.found), findingLimit),
});

const discrepancy = ({ name, expected, found }: Check): string =>
  `${name}: expected ${distinct(expected)}, found ${distinct(found)}`;

/** White space at an end would not be seen. */
const distinct = (value: Scalar): Scalar =>
  typeof value === 'string' && value !== value.trim() ? JSON.stringify(value) : value;

/** How the standard error of a program ends, or all that it wrote, in whole lines where there are several: often it says why. */
function lastWords({ stderr, output }: ActionResult['findings']): string {
  const text = printable(String(stderr ?? output ?? '')).trim();
  if (text === '') return '';
  const end = text.slice(-lastWordsLimit);
  const lines = end.length < text.length && end.includes('\n') ? end.slice(end.indexOf('\n') + 1) : end;
  return `; ${stderr === undefined ? 'its output' : 'standard error'} ends with:\n${lines}`;
}

/** Errors that an action did not foresee are named as such: they are defects or troubles of this host. */
function inWords(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const message = error instanceof ActionFailure ? text : `unexpected: ${text}`;
  return shorten(printable(message), messageLimit);
}
