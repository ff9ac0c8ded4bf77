import { execFile } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { executableOnPath } from '../../local/executable-on-path.ts';
import { packageRoot } from '../../local/package-root.ts';

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('the launcher', () => {
  let top: string;

  /** A project of its own: nothing to install, and a build that notes that it ran. */
  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), 'muster-launcher-'));
    for (const folder of ['bin', 'core', 'home', 'part']) mkdirSync(join(top, folder));
    copyFileSync(join(packageRoot, 'muster'), join(top, 'muster'));
    const description = { name: 'launched', version: '1.0.0', dependencies: { part: 'file:part' } };
    const packages = { '': description, 'node_modules/part': { resolved: 'part', link: true }, part: {} };
    write('package.json', JSON.stringify(description));
    write('package-lock.json', JSON.stringify({ ...description, lockfileVersion: 3, packages }));
    write('part/package.json', JSON.stringify({ name: 'part' }));
    write('core/one.ts', '');
    write('bin/muster.mjs', 'console.log(JSON.stringify(process.argv.slice(2)))');
    write(
      'build.mjs',
      `import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
       appendFileSync('builds', 'built\\n');
       await new Promise((resolve) => setTimeout(resolve, 300));
       if (process.env.BREAK) throw new Error('broken on purpose');
       mkdirSync('dist', { recursive: true });
       writeFileSync('dist/build-id', '');`,
    );
    const longAgo = new Date(Date.now() - 60_000);
    for (const file of ['build.mjs', 'package.json', 'package-lock.json', 'core/one.ts', 'core'])
      utimesSync(join(top, file), longAgo, longAgo);
  });
  afterEach(() => rmSync(top, { recursive: true }));

  const write = (file: string, text: string) => writeFileSync(join(top, file), text);
  const builds = () => readFileSync(join(top, 'builds'), 'utf8').split('\n').length - 1;

  function launch(args: string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return new Promise((resolve) => {
      execFile(
        join(top, 'muster'),
        args,
        { cwd: '/', env: { PATH: process.env['PATH'], HOME: join(top, 'home'), ...env } },
        (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
      );
    });
  }

  /** A PATH with what a launcher needs, and the node given. */
  function pathWith(node?: string): string {
    const directory = join(top, 'path');
    mkdirSync(directory);
    for (const name of ['dirname', 'readlink', 'find', 'head']) {
      symlinkSync(executableOnPath(name) ?? '', join(directory, name));
    }
    if (node) {
      writeFileSync(join(directory, 'node'), `#!/bin/sh\necho ${node}\n`);
      chmodSync(join(directory, 'node'), 0o755);
    }
    return directory;
  }

  it('installs, builds and runs, each argument as it is', async () => {
    const { code, stdout, stderr } = await launch(['a b', '*', '']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '["a b","*",""]\n' });
    expect(stderr).toMatch(/installing packages.*\n.*building/);
  });

  it('does nothing but run when nothing has changed', async () => {
    await launch();
    expect((await launch()).stderr).toBe('');
    expect(builds()).toBe(1);
  });

  it('builds again after a source was changed, added or removed', async () => {
    await launch();
    const newer = new Date();
    utimesSync(join(top, 'core/one.ts'), newer, newer);
    await launch();
    expect(builds()).toBe(2);
    rmSync(join(top, 'core/one.ts'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    write('core/two.ts', '');
    await launch();
    expect(builds()).toBe(3);
  });

  it('builds once when it is started three times at once', async () => {
    const ended = await Promise.all([launch(), launch(), launch()]);
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(builds()).toBe(1);
    expect(ended.filter(({ stderr }) => stderr.includes('waiting')).length).toBe(2);
  });

  it('names the log when the build fails', async () => {
    const { code, stdout, stderr } = await launch([], { BREAK: '1' });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    const log = /all of its output is in (\S+)/.exec(stderr)?.[1] ?? '';
    expect(readFileSync(log, 'utf8')).toContain('broken on purpose');
  });

  it('works through a link', async () => {
    const link = join(top, 'home', 'muster');
    symlinkSync(join(top, 'muster'), link);
    const { stdout } = await new Promise<Ended>((resolve) =>
      execFile(link, ['x'], (_, out, err) => resolve({ code: 0, stdout: out, stderr: err })),
    );
    expect(stdout).toBe('["x"]\n');
  });

  it('says that Node is missing, or too old, and where to get it', async () => {
    const missing = await launch([], { PATH: pathWith() });
    expect(missing).toMatchObject({ code: 2, stdout: '' });
    expect(missing.stderr).toMatch(/Node\.js 20\.19 or later is needed and there is none.*version manager/);
    rmSync(join(top, 'path'), { recursive: true });
    const old = await launch([], { PATH: pathWith('v20.18.3') });
    expect(old.stderr).toContain('Node.js 20.19 or later is needed; this is v20.18.3.');
  });
});
