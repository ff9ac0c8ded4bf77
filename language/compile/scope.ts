import type { Phase, Site } from '../../core/plan.ts';
import type { SystemDeclaration } from '../runbook.ts';
import type { Draft } from './draft.ts';
import type { Lookup } from './fill.ts';

export const phases = [
  'prepare',
  'fence',
  'recover',
  'verify',
  'rollback',
  'cleanup',
] as const satisfies Phase[];

/** What everything in a plan can refer to: parameters, the two sites, the run's own id and token. */
export function runScope({ parameters, from, to }: Draft): Lookup {
  const sites: Readonly<Record<string, Site>> = { source: from, target: to };
  return ([first = '', second = '', third = '', ...more]) => {
    if (more.length > 0) return undefined;
    if (first === 'parameters' && third === '') return known(parameters.get(second));
    if (first === 'run' && third === '' && (second === 'id' || second === 'token')) {
      return { ref: { from: 'run', field: second } };
    }
    const site = Object.hasOwn(sites, first) ? sites[first] : undefined;
    if (second === 'name' && third === '') return known(site?.name);
    if (second === 'vars' && site && Object.hasOwn(site.vars, third)) return known(site.vars[third]);
    return undefined;
  };
}

/** What the steps of a system can refer to besides: outputs of its own steps (`steps.…`) and of others' (`systems.NAME.steps.…`). */
export function systemScope(draft: Draft, name: string): Lookup {
  const outer = runScope(draft);
  return (path) => {
    if (path[0] === 'gates') return answerOf(draft, path);
    const [system = '', own] = path[0] === 'systems' ? [path[1], path.slice(2)] : [name, path];
    const [first, step = '', outputs, output = '', ...more] = own;
    if (first !== 'steps') return own === path ? outer(path) : undefined;
    if (outputs !== 'outputs' || output === '' || more.length > 0) return undefined;
    const phase = phaseOf(draft, system, step);
    return phase && { ref: { from: 'step', path: `${system}/1/${phase}/${step}`, output } };
  };
}

/** `gates.NAME.answers.KEY`: what people answered where the gate opened, as a node or just before a step. */
function answerOf({ runbook }: Draft, [, name = '', answers, answer = '', ...more]: readonly string[]) {
  if (answers !== 'answers' || more.length > 0 || !Object.hasOwn(runbook.gates, name)) return undefined;
  if (!Object.hasOwn(runbook.gates[name]!.answers, answer)) return undefined;
  const of = (path: string) => ({ ref: { from: 'gate', path, answer } }) as const;
  for (const [system, declared] of Object.entries(runbook.systems)) {
    const phase = phases.find((one) => stepsOf(declared, one).some(({ gate }) => gate === name));
    if (phase) return of(`${system}/1/${phase}/${name}`);
  }
  return of(`${name}/1/gate/decide`);
}

/** In which phase a step of a system stands. Fences are no part of a rehearsal, other modes' steps of no run. */
function phaseOf({ runbook: { systems } }: Draft, name: string, step: string): Phase | undefined {
  const system = Object.hasOwn(systems, name) ? systems[name] : undefined;
  return system && phases.find((phase) => stepsOf(system, phase).some((declared) => declared.step === step));
}

/** The steps that a system declares for a phase. */
export function stepsOf(system: SystemDeclaration, phase: (typeof phases)[number]) {
  const declared = system[phase] ?? [];
  return 'length' in declared ? declared : [];
}

const known = (text: string | undefined) => (text === undefined ? undefined : { text });
