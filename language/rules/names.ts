import type { DocumentPath, Problem } from '../problem.ts';
import type { Rule } from './facts.ts';

/** Muster's own parts of a plan. */
const reserved = new Set(['run', 'cleanup', 'declaration']);

/** A name means one thing: systems, gates and functions share them, steps have their own in each system. */
export const names: Rule = function* ({ runbook, stepsOf }) {
  const taken = new Map<string, string>();
  for (const section of ['systems', 'gates', 'functions'] as const) {
    for (const name of Object.keys(runbook[section])) {
      const path = [section, name];
      if (reserved.has(name)) yield nameReserved(path, name);
      else if (taken.has(name))
        yield nameTaken(path, `"${name}" is the name of a ${taken.get(name)} already.`);
      taken.set(name, section.slice(0, -1));
    }
  }
  for (const steps of stepsOf.values()) {
    const inSystem = new Set<string>();
    const gates = new Set(steps.map(({ step }) => step.gate));
    for (const { step, path } of steps) {
      const at = [...path, 'step'];
      if (inSystem.has(step.step)) yield nameTaken(at, `A step before it is called "${step.step}", too.`);
      else if (gates.has(step.step))
        yield nameTaken(at, `A gate in this system is called "${step.step}", too.`);
      inSystem.add(step.step);
    }
  }
};

const nameReserved = (path: DocumentPath, name: string): Problem => ({
  code: 'MUSTER_NAME_RESERVED',
  path,
  at: 'key',
  summary: `"${name}" is a name of Muster's own.`,
  hint: 'Choose another name.',
});

const nameTaken = (path: DocumentPath, summary: string): Problem => ({
  code: 'MUSTER_NAME_TAKEN',
  path,
  ...(path.length === 2 ? { at: 'key' as const } : {}),
  summary,
  hint: 'Choose another name: people answer and act by it.',
});
