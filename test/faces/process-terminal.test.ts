import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { packageRoot } from '../../local/package-root.ts';
import { built } from '../support/built.ts';

it('writes no colours into a pipe, whatever the environment says that it can do', async () => {
  await built('faces/cli/main.js');
  const broken = join(packageRoot, 'runbooks', 'invalid');
  const { stdout, status } = spawnSync(
    process.execPath,
    [join(packageRoot, 'bin', 'muster.mjs'), 'validate', join(broken, readdirSync(broken)[0]!)],
    { encoding: 'utf8', env: { ...process.env, CI: 'true', TERM: 'xterm-256color' } },
  );
  expect(status).toBe(2);
  expect(stdout).toContain('error');
  expect(stdout).not.toContain('\u001b');
});
