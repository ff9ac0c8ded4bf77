import { z } from 'zod';
import type { Description } from '../../../actions/action.ts';
import { anyone } from '../../../core/ask.ts';
import type { Plan } from '../../../core/plan.ts';
import { compile, type CompileRequest } from '../../../language/compile/compile.ts';
import type {
  FunctionDeclaration,
  GateDeclaration,
  Runbook,
  StepDeclaration,
  SystemDeclaration,
} from '../../../language/runbook.ts';
import { sha256 } from '../../../record/sha256.ts';

export const minutes = (count: number): number => count * 60_000;

/** A step with what a checked runbook always has. */
export const step = (id: string, use: string, more: Partial<StepDeclaration> = {}): StepDeclaration => ({
  step: id,
  use,
  with: {},
  occupies: {},
  noReturn: false,
  ...more,
});

export const system = (more: Partial<SystemDeclaration> = {}): SystemDeclaration => ({
  title: 'A system',
  external: false,
  objectives: {},
  needs: [],
  wants: [],
  runsOn: {},
  prepare: [],
  recover: [],
  verify: [],
  rollback: [],
  cleanup: [],
  ...more,
});

export const gate = (more: Partial<GateDeclaration> = {}): GateDeclaration => ({
  title: 'Go on?',
  needs: [],
  wants: [],
  approve: { by: anyone, not: [] },
  answers: {},
  reason: 'required',
  takes: minutes(5),
  escalate: [],
  onTimeout: 'stay-shut',
  rehearsal: 'leave-out',
  ...more,
});

export const businessFunction = (more: Partial<FunctionDeclaration> = {}): FunctionDeclaration => ({
  title: 'A function',
  objectives: {},
  needs: [],
  wants: [],
  ...more,
});

export const runbook = (more: Partial<Runbook> = {}): Runbook => ({
  muster: 'v1',
  name: 'book',
  title: 'A runbook',
  owner: 'team',
  clock: 'disruption',
  parameters: {},
  sites: {
    a: { vars: { data: '/srv/a' }, enter: [] },
    b: { vars: { data: '/srv/b' }, enter: ['ssh', 'b'] },
    cell: {
      vars: { data: '/srv/cell' },
      enter: [],
      isolated: { network: 'private', cannotReach: ['10.0.0.1:5432'], declared: false },
    },
  },
  capacity: {},
  consistency: {},
  functions: {},
  notify: {},
  systems: {},
  gates: {},
  ...more,
});

const describe = (name: string, more: Partial<Description>): Description => ({
  name,
  summary: name,
  input: z.strictObject({}),
  outputs: {},
  findings: {},
  provesByItself: false,
  touches: 'nothing',
  rerun: 'idempotent',
  ...more,
});

const port = z.union([z.number(), z.string().regex(/^\d+$/)]).transform(Number);

/** Actions that exist in tests only: enough kinds to show every pass. */
export const catalogue: readonly Description[] = [
  describe('noop', {}),
  describe('say', {
    input: z.strictObject({ text: z.string(), port: port.optional() }),
    rerun: 'once',
    unmarked: true,
  }),
  describe('restore', {
    input: z.strictObject({ to: z.string(), port, at: z.string().default('latest') }),
    outputs: { connection: 'string' },
    touches: 'data',
    rerun: 'once',
    starts: true,
  }),
  describe('replay', {
    input: z.strictObject({
      to: z.string(),
      base: z.string().optional(),
      until: z.string().default('latest'),
    }),
    touches: 'data',
    rerun: 'once',
    points: { id: 'base', moment: 'until' },
  }),
  describe('unpack', {
    input: z.strictObject({ to: z.string(), snapshot: z.string().optional() }),
    touches: 'data',
    rerun: 'once',
    points: { id: 'snapshot' },
  }),
  describe('stop', { input: z.strictObject({ dir: z.string() }), touches: 'data', provesByItself: true }),
  describe('look', { provesByItself: true, input: z.strictObject({ at: z.string().optional() }) }),
  describe('switch', { touches: 'traffic', rerun: 'once' }),
  describe('ask', {
    asksPeople: true,
    touches: 'data',
    outputsFrom: 'answers',
    input: z.strictObject({
      instructions: z.string(),
      answers: z.record(z.string(), z.strictObject({ type: z.enum(['string', 'number']) })).default({}),
      by: z.array(z.strictObject({ role: z.string(), count: z.coerce.number().optional() })).optional(),
    }),
  }),
];

export const now = Date.UTC(2026, 10, 23, 3, 12);

/** A request for a live plan from a to b, unless it says otherwise. */
export const request = (book: Runbook, more: Partial<CompileRequest> = {}): CompileRequest => ({
  source: { runbook: book, digest: sha256(JSON.stringify(book)), file: 'runbook.yaml' },
  catalogue,
  parameters: {},
  mode: 'live',
  attended: true,
  now,
  sha256,
  compressedSize: (text) => text.length,
  ...more,
});

/** Compiles what must compile. */
export function planOf(book: Runbook, more: Partial<CompileRequest> = {}): Plan {
  const { plan, diagnostics } = compile(request(book, more));
  if (!plan) throw new Error(JSON.stringify(diagnostics, null, 2));
  return plan;
}

/** The codes of what is wrong, with where. */
export const wrongs = (book: Runbook, more: Partial<CompileRequest> = {}): string[] =>
  compile(request(book, more)).diagnostics.map(({ code, path }) => `${code} ${path}`);
