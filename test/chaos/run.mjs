// npm run chaos -- --kills N --seed S
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { kills: { type: 'string' }, seed: { type: 'string' } } });
const env = {
  ...process.env,
  ...(values.kills && { KILLS: values.kills }),
  ...(values.seed && { SEED: values.seed }),
};
const { status } = spawnSync('npm', ['test', '--', 'test/chaos/chaos.test.ts'], { env, stdio: 'inherit' });
process.exit(status ?? 1);
