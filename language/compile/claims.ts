import type { Plan } from '../../core/plan.ts';
import type { Draft } from './draft.ts';

/** What a run claims: every system that it recovers at the target, and at the source those that it fences. */
export function claimsOf({ mode, from, to, nodes, runbook }: Draft): Plan['claims'] {
  const claims = new Map<string, Plan['claims'][number]>();
  const claim = (system: string, site: string) => claims.set(`${system}@${site}`, { system, site });
  for (const { kind, name, external } of nodes.values()) {
    if (kind === 'system' && !external) claim(name, to.name);
  }
  for (const [name, { fence }] of Object.entries(runbook.systems)) {
    if (mode === 'live' && fence && !('none' in fence)) claim(name, from.name);
  }
  return [...claims.values()];
}
