import { Argument } from 'commander';
import type { MomentName } from '../../../core/change.ts';
import { type ActorOptions, withActor } from '../actor.ts';
import { momentFrom } from '../moment-from.ts';
import { propose } from '../propose.ts';
import type { Verb } from '../verb.ts';

export const moment: Verb<ActorOptions> = {
  shape(command) {
    const names = new Argument('<name>', 'which moment').choices(['disruption', 'detection', 'declaration']);
    withActor(
      command
        .addArgument(names)
        .argument('<time>', '03:04, 2026-11-22T03:04:00Z, or "20m ago"')
        .argument('[run]', 'run or runbook'),
    );
  },
  run(cli, [name, time = '', run], options) {
    const at = momentFrom(time, cli.now());
    const change = { on: 'record', set: { moment: name as MomentName, at } } as const;
    return propose(cli, { run, change: () => change }, options);
  },
};
