import type { DocumentPath, Problem } from '../problem.ts';
import type { Section } from '../schema/runbook-grammar.ts';
import type { Facts, Rule } from './facts.ts';

/** Every name that points at something points at something of the right kind, and not at itself. */
export const references: Rule = function* (facts) {
  const { runbook } = facts;
  for (const [name, system] of Object.entries(runbook.systems)) {
    const at = ['systems', name];
    yield* needsAndWants(facts, at, system);
    if (system.fence && 'by' in system.fence) {
      yield* resolve(facts, {
        name: system.fence.by,
        path: [...at, 'fence', 'by'],
        sections: ['systems'],
        self: name,
      });
    }
  }
  for (const [name, gate] of Object.entries(runbook.gates))
    yield* needsAndWants(facts, ['gates', name], gate);
  for (const [name, one] of Object.entries(runbook.functions)) {
    yield* needsAndWants(facts, ['functions', name], one, ['systems']);
  }
  for (const { step, path } of facts.steps) {
    if (step.gate) yield* resolve(facts, { name: step.gate, path: [...path, 'gate'], sections: ['gates'] });
    for (const name of Object.keys(step.occupies)) {
      yield* resolve(facts, { name, path: [...path, 'occupies', name], sections: ['capacity'], at: 'key' });
    }
  }
};

interface Reference {
  readonly name: string;
  readonly path: DocumentPath;
  /** Where it may point. */
  readonly sections: readonly Section[];
  readonly self?: string;
  readonly at?: 'key';
}

function* needsAndWants(
  facts: Facts,
  at: DocumentPath,
  { needs, wants }: { readonly needs: readonly string[]; readonly wants: readonly string[] },
  sections: readonly Section[] = ['systems', 'gates'],
): Iterable<Problem> {
  const self = String(at.at(-1));
  for (const [index, name] of needs.entries()) {
    yield* resolve(facts, { name, path: [...at, 'needs', index], sections, self });
  }
  for (const [index, name] of wants.entries()) {
    yield* resolve(facts, { name, path: [...at, 'wants', index], sections: ['systems'], self });
  }
}

function* resolve(facts: Facts, { name, path, sections, self, at }: Reference): Iterable<Problem> {
  const here = { path, ...(at ? { at } : {}) };
  const wanted = sections.map((section) => singular[section]).join(' or ');
  if (name === self) {
    yield {
      ...here,
      code: 'MUSTER_REF_SELF',
      summary: `"${name}" points at itself.`,
      hint: 'Remove it here.',
    };
  } else if (!sections.some((section) => facts.names(section).has(name))) {
    const other = all.find((section) => facts.names(section).has(name));
    if (other) {
      yield {
        ...here,
        code: 'MUSTER_REF_KIND',
        summary: `"${name}" is a ${singular[other]}; here stands a ${wanted}.`,
      };
    } else if (!facts.isDamaged(sections[0])) {
      yield {
        ...here,
        code: 'MUSTER_REF_UNKNOWN',
        summary: `There is no ${wanted} "${name}".`,
        meant: { written: name, among: namesIn(facts, sections) },
      };
    }
  }
}

/** Listed when somebody asks: there may be thousands of names and as many mistakes. */
const namesIn = (facts: Facts, sections: readonly Section[]): Iterable<string> => ({
  *[Symbol.iterator]() {
    for (const section of sections) yield* facts.names(section);
  },
});

const all: readonly Section[] = ['systems', 'gates', 'functions', 'capacity'];

const singular: Readonly<Record<Section, string>> = {
  systems: 'system',
  gates: 'gate',
  functions: 'function',
  capacity: 'capacity',
  consistency: 'consistency group',
  sites: 'site',
  parameters: 'parameter',
  notify: 'notice',
};
