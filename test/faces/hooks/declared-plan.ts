import { planOf, runbook, step, system } from '../../language/compile/build.ts';
import { roster } from './served.ts';

/** A system with something to read before the declaration and something to do after it. */
export const systems = {
  db: system({
    prepare: [step('look', 'look')],
    fence: [step('stop', 'stop', { with: { dir: '/srv' } })],
    recover: [step('restore', 'restore', { with: { to: '/srv', port: '1' } })],
  }),
};
export const sites = { from: 'a', to: 'b' };
const declare = { by: [{ role: 'dba', count: 1 }], not: ['starter'] };

export const plan = planOf({ ...runbook({ systems }), declare }, { ...sites, roster });
