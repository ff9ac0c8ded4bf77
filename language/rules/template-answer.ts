import { modeOf } from './facts.ts';
import { needsOf } from './needs.ts';
import { leadsNowhere, misshapen, type PathReader, type Place, type Wrong } from './template-place.ts';

/** `gates.NAME.answers.KEY`: of a gate that has been opened by then, by people who had to answer that. */
export const answerOf: PathReader = (path, place) => {
  const [, name = '', answers, key = '', ...more] = path;
  if (answers !== 'answers' || key === '' || more.length > 0)
    return misshapen(path, 'gates.NAME.answers.KEY');
  const { facts, placed } = place;
  const gate = facts.names('gates').has(name) ? facts.runbook.gates[name] : undefined;
  if (!gate) {
    return facts.isDamaged('gates', name) || facts.isDamaged('gates')
      ? undefined
      : leadsNowhere(path, name, facts.names('gates'));
  }
  const shape = Object.hasOwn(gate.answers, key) ? gate.answers[key] : undefined;
  if (!shape) return leadsNowhere(path, key, Object.keys(gate.answers));
  if (!placed) return undefined;
  if (shape.optional) return maybeNot(path);
  if (!isBehind(name, place)) return notBehind(path, name);
  return gate.rehearsal === 'auto' && modeOf(placed) !== 'live' ? byItself(path, name) : undefined;
};

/** The gate is that of this step or of an earlier one of its system, or the system needs it. */
function isBehind(gate: string, { facts, placed }: Place): boolean {
  const { system, phase, order } = placed!;
  const own = (facts.stepsOf.get(system) ?? []).find(({ step }) => step.gate === gate);
  if (own) return own.order <= order && (own.phase === phase || phase === 'recover' || phase === 'verify');
  const waits = phase === 'fence' || phase === 'recover' || phase === 'verify';
  return waits && needsOf(facts)(gate, system);
}

const maybeNot = (path: readonly string[]): Wrong => ({
  code: 'MUSTER_TEMPLATE_ORDER',
  summary: `{{${path.join('.')}}} is not sure to be there: the answer is optional.`,
  hint: 'Leave optional out: then nobody can approve without it.',
});

const notBehind = (path: readonly string[], gate: string): Wrong => ({
  code: 'MUSTER_TEMPLATE_ORDER',
  summary: `{{${path.join('.')}}} is not sure to be there: the gate "${gate}" need not have been opened before this step.`,
  hint: `Add "${gate}" to the needs of the system, and refer to it in fence, recover or verify.`,
});

const byItself = (path: readonly string[], gate: string): Wrong => ({
  code: 'MUSTER_TEMPLATE_MODE',
  summary: `{{${path.join('.')}}} is not there in every run: in a rehearsal the gate "${gate}" passes by itself, and nobody answers.`,
  hint: 'Add only: { mode: live } here, or take rehearsal: auto from the gate.',
});
