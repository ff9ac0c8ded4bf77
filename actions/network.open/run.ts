import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { ActionFailure, type ActionContext, type Run } from '../action.ts';
import { spawnServer } from '../detach.ts';
import { openNetwork, recordNetwork, withNetwork } from '../private-network.ts';
import { isAlive } from '../process-identity.ts';
import { fileURLToPath } from 'node:url';
import type { description } from './describe.ts';

const holderScript = fileURLToPath(new URL('holder.sh', import.meta.url));

export const run: Run<z.output<typeof description.input>> = async ({ hide }, context) => {
  if (!(await openNetwork(context.runDirectory))) await open(hide, context);
  return { outputs: {}, findings: {} };
};

async function open(hide: readonly string[], context: ActionContext): Promise<void> {
  const tooMuch = hide.find((place) => !relative(place, context.runDirectory).startsWith('..'));
  if (tooMuch) throw new ActionFailure(`${tooMuch} cannot be hidden: the step directories lie in it`);

  const [ready, log] = ['ready', 'holder.log'].map((name) => join(context.workDirectory, name)) as [
    string,
    string,
  ];
  await mkdir(context.workDirectory, { recursive: true });
  await rm(ready, { force: true });
  const holder = await spawnServer(withNetwork(['sh', holderScript, ready, ...hide]), context, { log });
  while (!existsSync(ready)) {
    if (!isAlive(holder)) {
      const said = (await readFile(log, 'utf8')).trim().slice(-1_000);
      throw new ActionFailure(
        `this host gives no private network: ${said || 'its holder ended'}. ` +
          'Rehearse as root, or allow user namespaces (sysctl kernel.unprivileged_userns_clone, AppArmor)',
      );
    }
    await sleep(20, undefined, { signal: context.signal });
  }
  await recordNetwork(context.runDirectory, holder);
}
