import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { proveSilent, whyNoConnection } from '../accepts-connections.ts';
import { ActionFailure, type Run } from '../action.ts';
import { ask } from '../redis/client.ts';
import type { description } from './describe.ts';

const endsWithinMs = 10_000;

export const run: Run<z.output<typeof description.input>> = async (input, context) => {
  const address = `127.0.0.1:${input.port}`;
  const isSilent = async () => (await whyNoConnection(address, 2_000, context.signal)) === 'ECONNREFUSED';
  const alreadyStopped = await isSilent();
  if (!alreadyStopped) {
    const { stdout, stderr } = await ask(input, ['shutdown', input.save ? 'save' : 'nosave'], context);
    const refused = /\b(NOAUTH|WRONGPASS|NOPERM|ERR)\b/.test(`${stdout.text(300)} ${stderr.text(300)}`);
    const end = refused ? 0 : performance.now() + endsWithinMs;
    while (!(await isSilent()) && performance.now() < end)
      await sleep(100, undefined, { signal: context.signal });
    const said = `${stdout.text(300)} ${stderr.text(300)}`.trim();
    if (!(await isSilent()))
      throw new ActionFailure(
        `Redis at ${address} was told to end and did not. It said: ${said || 'nothing'}`,
        {
          findings: { value: false, stopped: false },
        },
      );
  }
  await proveSilent(address, context.signal);
  const figures = { stopped: true, alreadyStopped };
  return { outputs: figures, findings: { value: true, ...figures }, found: { alreadyStopped } };
};
