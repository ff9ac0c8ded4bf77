import type { DocumentPath, Problem } from '../problem.ts';
import type { Written } from '../runbook.ts';
import { readTemplate } from '../template.ts';
import type { Facts, PlacedStep, Rule } from './facts.ts';
import { whatIsWrong } from './template-path.ts';
import type { Place } from './template-place.ts';

/** Every `{{path}}` leads to something that is known by then, whatever the sites and the mode of the run. */
export const templates: Rule = function* (facts) {
  for (const placed of facts.steps) yield* inStep(facts, placed);
  for (const [name, gate] of Object.entries(facts.runbook.gates)) {
    for (const key of ['title', 'description'] as const) {
      yield* inText(gate[key] ?? '', ['gates', name, key], { facts, early: 'read' });
    }
  }
  for (const [name, { point }] of Object.entries(facts.runbook.systems)) {
    if (point)
      yield* inText(point.notAfter, ['systems', name, 'point', 'notAfter'], { facts, early: 'read' });
  }
  yield* takenAsIs(facts);
};

function* inStep(facts: Facts, placed: PlacedStep): Iterable<Problem> {
  const { step, action, path } = placed;
  const place: Place = { facts, placed, early: false };
  if (step.title !== undefined) yield* inText(step.title, [...path, 'title'], { ...place, early: 'read' });
  if (step.expect) yield* inValue(step.expect, [...path, 'expect'], place);
  for (const [key, value] of Object.entries(step.with)) {
    const at = [...path, 'with', key];
    if (action?.literal?.includes(key)) yield* literally(value, at);
    else yield* inValue(value, at, { ...place, early: earlyOf(action) });
  }
}

const earlyOf = (action: PlacedStep['action']): Place['early'] =>
  action?.startsRun ? 'planned' : action?.asksPeople ? 'read' : false;

function* inValue(value: Written, at: DocumentPath, place: Place): Iterable<Problem> {
  if (typeof value === 'string') yield* inText(value, at, place);
  else if (typeof value === 'object' && value !== null) {
    const isList = Array.isArray(value);
    for (const [key, inner] of Object.entries(value as { [key: string]: Written })) {
      yield* inValue(inner, [...at, isList ? Number(key) : key], place);
    }
  }
}

function* inText(text: string, path: DocumentPath, place: Place): Iterable<Problem> {
  if (!text.includes('{{')) return;
  const template = text.length > longText ? readLong(text) : readTemplate(text);
  if ('problem' in template) {
    const summary = `${template.problem}.`;
    yield { code: 'MUSTER_TEMPLATE_SYNTAX', path, offset: template.at, summary };
    return;
  }
  for (const part of template.parts) {
    const wrong = 'path' in part ? whatIsWrong(part.path, place) : undefined;
    if (wrong && 'at' in part) yield { ...wrong, path, offset: part.at };
  }
}

/** Handlebars' parser takes very long for thousands of nested blocks. */
const longText = 4_000;
const plain = /\{\{\s*[\w-]+(?:\.[\w-]+)*\s*\}\}(?!\})/y;

/** Only when everything in braces is plain is a long text handed to the parser. */
function readLong(text: string): ReturnType<typeof readTemplate> {
  for (let at = text.indexOf('{{'); at >= 0; at = text.indexOf('{{', at + 2)) {
    plain.lastIndex = at;
    if (text[at - 1] !== '\\' && !plain.test(text)) {
      return { problem: `${text.slice(at, at + 40)}: the braces do not hold a plain path`, at };
    }
  }
  return readTemplate(text);
}

/** Fields that are taken letter by letter, and what is read before there is a plan. */
function* takenAsIs({ runbook }: Facts): Iterable<Problem> {
  for (const [name, { vars, enter }] of Object.entries(runbook.sites)) {
    yield* literally(vars, ['sites', name, 'vars']);
    yield* literally(enter, ['sites', name, 'enter']);
  }
  for (const [name, { default: text }] of Object.entries(runbook.parameters)) {
    if (text !== undefined) yield* literally(text, ['parameters', name, 'default']);
  }
  for (const section of ['systems', 'functions'] as const) {
    for (const [name, { title }] of Object.entries(runbook[section])) {
      yield* literally(title, [section, name, 'title']);
    }
  }
}

const roots = /\{\{\s*(parameters|target|source|steps|systems|gates|run)\./;

function* literally(value: Written, path: DocumentPath): Iterable<Problem> {
  if (typeof value !== 'string') {
    const isList = Array.isArray(value);
    for (const [key, inner] of Object.entries((value ?? {}) as { [key: string]: Written })) {
      yield* literally(inner, [...path, isList ? Number(key) : key]);
    }
  } else if (roots.test(value)) {
    yield {
      code: 'MUSTER_TEMPLATE_NOT_HERE',
      path,
      offset: value.search(roots),
      summary: 'This text is taken letter by letter; nothing is filled in.',
      hint: 'Templates stand in with:, expect: and the titles of steps and gates. A script gets values through env:.',
    };
  }
}
