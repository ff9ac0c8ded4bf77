import type { z } from 'zod';
import type { Found } from '../core/event.ts';
import type { Rerun, Touches } from '../core/plan.ts';
import type { Progress } from '../core/progress.ts';
import type { RecoveryPoint } from '../core/recovery-point.ts';
import type { Milliseconds } from '../core/units.ts';
import type { Scalar } from '../core/value.ts';
import type { EndKind, ExitCodes } from './exit-codes.ts';

/** `any`: whatever is found there, as with the value of a query. */
export type OutputType = 'string' | 'number' | 'boolean' | 'time' | 'any';

/**
 * What an action is, without what runs it: all that the language, the planner and the clients see.
 * It stands in `actions/<name>/describe.ts`; what runs it in `run.ts` beside it.
 */
export interface Description {
  /** The name in `use:`, e.g. `postgres.restore`. */
  readonly name: string;
  /** One sentence for the reference and the editor. */
  readonly summary: string;
  /** The closed shape of `with:`. Texts that hold numbers are coerced by it: in YAML every scalar is text. */
  readonly input: z.ZodObject;
  /** What later steps may refer to as `{{steps.NAME.outputs.KEY}}`. */
  readonly outputs: Readonly<Record<string, OutputType>>;
  /**
   * What a check can expect, by name; `value` is the main finding that `equals`, `atLeast`, `atMost`,
   * `contains` and `matches` compare.
   */
  readonly findings: Readonly<Record<string, OutputType>>;
  /** It proves something by passing at all (`tcp.check`), so it needs no `expect`. */
  readonly provesByItself: boolean;
  /** The least that it touches; a step may say more, never less. */
  readonly touches: Touches;
  /** How it may be run again unless the step says otherwise. */
  readonly rerun: Rerun;
  /**
   * What is expected unless the step's own `expect` says something about that finding: a `command` without
   * `expect: { exit: … }` must exit with 0.
   */
  readonly expects?: Readonly<Record<string, Scalar>>;
  /** Fields of `with:` that are taken letter by letter: a template inside them is refused. */
  readonly literal?: readonly string[];
  /** The field of `with:` whose keys are outputs, beside those in `outputs` (`noop`, `manual`). */
  readonly outputsFrom?: string;
  /** All that it does it does by `[...enter, ...argv]`; any other action is refused where a site has an `enter`. */
  readonly enters?: true;
  /** It starts something that could reach out: isolation is checked just before. */
  readonly starts?: true;
  /** It works on the worker host itself: never through a site's `enter`, nor inside the run's private network. */
  readonly onHost?: true;
  /** What it writes bears no marker of the run, so that the sweep of a rehearsal does not find it. */
  readonly unmarked?: true;
  /**
   * It restores, and can list what there is to restore. Named are the fields of `with:` that pin one of those: `id` takes a
   * point's id, `moment` (where the tool can stop at any) a time or `latest`.
   */
  readonly points?: { readonly id: string; readonly moment?: string };
  /** What the exit codes of its tool mean, by the tool's name. */
  readonly exits?: Readonly<Record<string, ExitCodes>>;
  /** Made by the compiler only; a runbook cannot `use:` it. */
  readonly internal?: true;
  /** Turned into an ask by the compiler; there is nothing to run. */
  readonly asksPeople?: true;
  /** It is another run: the compiler makes the plan of that, the worker starts and observes it. There is nothing to run. */
  readonly startsRun?: true;
}

/** What a running action is handed. Nothing here knows Temporal. */
export interface ActionContext {
  readonly run: string;
  readonly try: string;
  /** The marker of the run, written on all that it makes (`.muster-run.json`, `MUSTER_TOKEN`). */
  readonly token: string;
  /** A directory of this try's own, on a local disk. */
  readonly workDirectory: string;
  /** Of a `resumable` step: a directory that all its tries share, with what earlier ones left. Gone when it has passed. */
  readonly resumeDirectory?: string;
  /** The directory of the run on this host: the step directories of its tries, its private network. */
  readonly runDirectory: string;
  /** The argv that leads into the site; empty: this host. Commands are run as `[...enter, ...argv]`. */
  readonly enter: readonly string[];
  /** Aborted when the try is stopped: end children, leave things so that they can be looked at. */
  readonly signal: AbortSignal;
  /** Tells how far it is; cheap, may be called often. */
  progress(progress: Progress): void;
  /** A line for the step's log (already free of secrets). */
  log(line: string): void;
}

export type { Progress };

export interface ActionResult {
  readonly outputs: Readonly<Record<string, Scalar>>;
  /** What `expect` is compared with. */
  readonly findings: Readonly<Record<string, Scalar>>;
  /** Which they are that were counted, in words: said where a check of the findings does not hold. */
  readonly details?: string;
  readonly found?: Pick<
    Found,
    'recoveredUpTo' | 'newestRecord' | 'point' | 'scanned' | 'alreadyStopped' | 'made'
  >;
}

/** What `run.ts` exports. It returns when it is done and throws an `ActionFailure` when it failed. */
export type Run<Input> = (input: Input, context: ActionContext) => Promise<ActionResult>;

/**
 * A look at what an interrupted try left: was it done (with its result, where that was kept), was nothing done,
 * or something in between? The context is that of the interrupted try. It changes nothing, but for finishing a
 * swap whose journal says how.
 */
export type Settle<Input> = (
  input: Input,
  context: ActionContext,
) => Promise<ActionResult | 'done' | 'not-done' | 'partial'>;

/**
 * What `run.ts` of an action with `points` exports beside `run`: the recovery points that there are for a call, in any order. It
 * changes nothing. A field that pins one is absent or `latest` when it is asked.
 * @throws ActionFailure where the copy cannot be read: that is not the same as "there are none".
 */
export type List<Input> = (input: Input, context: ActionContext) => Promise<readonly RecoveryPoint[]>;

/** An action as a registry hands it out: its description and what runs it. */
export interface Action<Input = never> {
  readonly description: Description;
  readonly run: Run<Input>;
  readonly settle?: Settle<Input>;
  readonly list?: List<Input>;
}

/** An action failed, in words for the person who must decide what to do about it. */
export class ActionFailure extends Error {
  override readonly name = 'ActionFailure';
  /** Figures of a check that did not hold are kept even though it failed. */
  readonly findings: Readonly<Record<string, Scalar>>;
  /** `terminal`: trying again as it is would end the same way. `unknown`: nobody can say what was done. */
  readonly kind: EndKind;
  constructor(
    message: string,
    options: { cause?: unknown; findings?: Readonly<Record<string, Scalar>>; kind?: EndKind } = {},
  ) {
    super(message, { cause: options.cause });
    this.findings = options.findings ?? {};
    this.kind = options.kind ?? 'retryable';
  }
}

/** How long a check waits between two looks. */
export const lookEvery: Milliseconds = 500;
