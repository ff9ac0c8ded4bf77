import { modeOf } from './facts.ts';
import { answerOf } from './template-answer.ts';
import { outputOf, outputOfSystem } from './template-output.ts';
import { leadsNowhere, misshapen, type PathReader, type Place, type Wrong } from './template-place.ts';

/** What is wrong with a path in double braces; undefined where it leads to something. */
export const whatIsWrong: PathReader = (path, place) => {
  const [first = ''] = path;
  const reader = Object.hasOwn(readers, first) ? readers[first] : undefined;
  return reader ? reader(path, place) : leadsNowhere(path, first, Object.keys(readers));
};

const readers: Readonly<Record<string, PathReader>> = {
  parameters: (path, { facts }) => {
    const [, name = '', ...more] = path;
    if (more.length > 0 || name === '') return misshapen(path, 'parameters.NAME');
    const names = facts.names('parameters');
    return names.has(name) || facts.isDamaged('parameters') ? undefined : leadsNowhere(path, name, names);
  },
  target: (path, place) => siteValue(path, place),
  source: (path, place) => (meetsSource(place) ? siteValue(path, place) : sourceOutside(path)),
  steps: (path, place) => (place.early ? tooEarly(path, place) : outputOf(path, place)),
  systems: (path, place) => (place.early ? tooEarly(path, place) : outputOfSystem(path, place)),
  run: (path, place) => {
    const [, field = '', ...more] = path;
    if (more.length > 0 || (field !== 'id' && field !== 'token'))
      return leadsNowhere(path, field, ['id', 'token']);
    return place.early ? tooEarly(path, place) : undefined;
  },
  gates: (path, place) => (place.early ? tooEarly(path, place) : answerOf(path, place)),
  point: (path) => notYet(path, 'recovery points cannot be named'),
  recipe: (path) => notYet(path, 'there are no recipes'),
};

/** The source is another's in a rehearsal: only what never runs in one may look at it. */
const meetsSource = ({ placed }: Place) => placed !== undefined && modeOf(placed) === 'live';

/** Every site that could be the source or the target has the variable. */
function siteValue(path: readonly string[], { facts, placed }: Place): Wrong | undefined {
  const [role, what, name = '', ...more] = path;
  if (what === 'name' && path.length === 2) return undefined;
  if (what !== 'vars' || name === '' || more.length > 0)
    return misshapen(path, `${role}.name or ${role}.vars.NAME`);
  const mode = role === 'source' ? 'live' : placed && modeOf(placed);
  const sites = Object.entries(facts.runbook.sites).filter(
    ([, { isolated }]) => mode === undefined || (mode === 'live') === (isolated === undefined),
  );
  const without = sites.filter(
    ([site, { vars }]) => !Object.hasOwn(vars, name) && !facts.isDamaged('sites', site),
  );
  if (without.length === 0 || sites.length === 0) return undefined;
  if (without.length === sites.length) {
    return leadsNowhere(path, name, new Set(sites.flatMap(([, { vars }]) => Object.keys(vars))));
  }
  const names = without.map(([site]) => `"${site}"`).join(', ');
  return {
    code: 'MUSTER_TEMPLATE_SITE',
    summary: `{{${path.join('.')}}} is not there at the site ${names}, which can be the ${role} of a run.`,
    hint: `Give every such site a variable ${name}.`,
  };
}

const sourceOutside = (path: readonly string[]): Wrong => ({
  code: 'MUSTER_TEMPLATE_SOURCE',
  summary: `{{${path.join('.')}}} stands in a step that a rehearsal runs, too; a rehearsal must not touch the source.`,
  hint: 'Use target, or move it to fence or to a step with only: { mode: live }.',
});

const tooEarly = (path: readonly string[], { early }: Place): Wrong =>
  early === 'planned'
    ? {
        code: 'MUSTER_TEMPLATE_NOT_HERE',
        summary: `{{${path.join('.')}}} is not known yet when the plan of the other run is made.`,
        hint: 'Only parameters and target can stand here: the other runbook is planned together with this one.',
      }
    : {
        code: 'MUSTER_TEMPLATE_NOT_HERE',
        summary: `{{${path.join('.')}}} is not known yet when people read this text.`,
        hint: 'Only parameters and target can stand in titles and in what people are asked.',
      };

const notYet = (path: readonly string[], why: string): Wrong => ({
  code: 'MUSTER_TEMPLATE_NOT_YET',
  summary: `{{${path.join('.')}}} is for a later version: ${why} in this one.`,
});
