import { describe, expect, it } from '@jest/globals';
import type { Runbook } from '../../../language/runbook.ts';
import { planOf, runbook, step, system } from './build.ts';

const recovers = { recover: [step('start', 'noop')], fence: [step('stop', 'noop')] };

const book = (sites: Runbook['sites']): Runbook =>
  runbook({
    sites,
    systems: { db: system({ ...recovers, runsOn: { west: 'west-db' } }), api: system(recovers) },
  });

const placements = (plan: ReturnType<typeof planOf>) =>
  Object.fromEntries(Object.values(plan.nodes).map(({ id, placement }) => [id, placement]));

const site = { vars: {}, enter: [] };

describe('where the steps of a plan run', () => {
  it('is a host for each system at each site, by the label of the site or its own', () => {
    const plan = planOf(book({ east: { ...site, runsOn: 'east' }, west: { ...site, runsOn: 'west' } }), {});
    expect(placements(plan)).toMatchObject({
      'db.fence': { label: 'east', key: 'db@east' },
      db: { label: 'west-db', key: 'db@west' },
      'api.fence': { label: 'east', key: 'api@east' },
      api: { label: 'west', key: 'api@west' },
    });
    expect(plan.to.runsOn).toBe('west');
  });

  it('is the host of the run where no site has a label', () => {
    const plan = planOf(book({ east: site, west: { ...site } }), {});
    expect(placements(plan)).toMatchObject({ 'db.fence': undefined, api: undefined });
  });

  it('is one host for all that runs at an isolated site, its isolation and its clean-up among them', () => {
    const cell = {
      ...site,
      runsOn: 'rehearsal',
      isolated: { cannotReach: ['127.0.0.1:1'], declared: false },
    };
    const plan = planOf(book({ east: { ...site, runsOn: 'east' }, cell }), { mode: 'rehearsal' });
    const placed = placements(plan);
    const there = { label: 'rehearsal', key: 'cell' };
    expect(placed).toMatchObject({ db: there, api: there, 'run.isolation': there, 'run.cleanup': there });
  });
});
