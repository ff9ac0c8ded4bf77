import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { description as command } from '../../actions/command/describe.ts';
import { run as runCommand } from '../../actions/command/run.ts';
import { description as script } from '../../actions/script/describe.ts';
import { run as runScript } from '../../actions/script/run.ts';
import { contextOf, temporaryDirectory } from './action-context.ts';

const directory = temporaryDirectory();
const context = contextOf(directory);
const perform = (given: unknown) => runCommand(command.input.parse(given), context);

/** Texts that a shell, a template or an option parser would make something else of. */
const hostile = [
  `it's "quoted"`,
  '$(touch /tmp/muster-was-here)',
  '`id`',
  '; rm -rf /nowhere',
  'two\nlines',
  '--output=/etc/passwd',
  '-n',
  '',
  ' blanks ',
  '{{steps.other.outputs.secret}}',
  '$HOME ${PATH} %PATH%',
  '*',
  '\\',
  '\u001b[31mred\u0007',
  'ünïcödé 🦊',
  '| & > < !history',
];

describe('command', () => {
  it('hands over every argument as it is, one each', async () => {
    const show = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))';
    const { findings } = await perform({ argv: [process.execPath, '-e', show, '--', ...hostile] });
    expect(JSON.parse(String(findings['value']))).toEqual(hostile);
  });

  it('finds what the program wrote and how it ended', async () => {
    const { findings, outputs } = await perform({ argv: ['sh', '-c', 'echo " out "; echo err >&2; exit 3'] });
    expect(findings).toEqual({ value: 'out', stdout: ' out \n', stderr: 'err\n', exit: 3 });
    expect(outputs).toEqual({ stdout: 'out', exit: 3 });
  });

  it('expects exit 0 unless the step says otherwise', () => {
    expect(command.expects).toEqual({ exit: 0 });
  });

  it('says 128 and the number of the signal that ended the program', async () => {
    expect((await perform({ argv: ['sh', '-c', 'kill -TERM $$'] })).findings['exit']).toBe(143);
  });

  it('gives the program its input, variables, directory and the marker of the run', async () => {
    const { findings } = await perform({
      argv: ['sh', '-c', 'cat; pwd; echo "$GREETING $MUSTER_TOKEN $MUSTER_RUN"'],
      stdin: 'given\n',
      cwd: '/usr',
      env: { GREETING: 'hello', MUSTER_TOKEN: 'forged' },
    });
    expect(findings['value']).toBe(`given\n/usr\nhello ${context.token} shop-1`);
  });

  it('does not wait for what the program leaves behind in the background', async () => {
    const { findings } = await perform({ argv: ['sh', '-c', 'sleep 5 & echo $!'] });
    process.kill(Number(findings['value']));
    expect(findings['exit']).toBe(0);
  });

  it('gives an output whole or not at all', async () => {
    const write = (count: number) =>
      perform({ argv: ['sh', '-c', `head -c ${count} /dev/zero | tr "\\0" x; echo`] });
    expect((await write(4_000)).outputs).toEqual({ stdout: 'x'.repeat(4_000), exit: 0 });
    expect((await write(4_001)).outputs).toEqual({ exit: 0 });
  });

  it('keeps head and tail of a flood, within 4,000 characters', async () => {
    const { findings, outputs } = await perform({
      argv: ['sh', '-c', 'echo first; head -c 30000000 /dev/zero | tr "\\0" x; echo; echo last'],
    });
    expect(String(findings['stdout'])).toMatch(
      /^first\nx+\n… 30000012 bytes in all, the middle left out …\nx+\nlast\n$/,
    );
    expect(String(findings['stdout']).length).toBeLessThanOrEqual(4_000);
    expect(outputs).toEqual({ exit: 0 });
  });

  it('logs at most a megabyte of lines, and then how it ended', async () => {
    const own = contextOf(directory, { name: 'flood#1' });
    await runCommand(command.input.parse({ argv: ['sh', '-c', 'seq 1 400000'] }), own);
    expect(own.lines.join('\n').length).toBeLessThan(1_100_000);
    expect(own.lines.at(-2)).toMatch(/^… 2688895 bytes in all, sha256:[0-9a-f]{64}; they end with:$/);
    expect(own.lines.at(-1)).toMatch(/\n400000\n$/);
  });

  it('keeps secrets out of findings and log, in the forms in which programs write them', async () => {
    const secret = `p&ss "wörd"/1`;
    writeFileSync(join(directory, 'secret'), `${secret}\n`);
    const own = contextOf(directory, { name: 'secret#1' });
    const forms = `console.log(process.env.S, JSON.stringify(process.env.S), encodeURIComponent(process.env.S),
      Buffer.from(process.env.S).toString('base64'), process.env.S === ${JSON.stringify(secret)})`;
    const input = { argv: [process.execPath, '-e', forms], env: { S: `file:${join(directory, 'secret')}` } };
    const { findings } = await runCommand(command.input.parse(input), own);
    expect(findings['value']).toBe('[secret] "[secret]" [secret] [secret]= true');
    expect(own.lines).toEqual([findings['value']]);
  });

  it('says which secret is missing', async () => {
    const missing = perform({ argv: ['true'], env: { S: 'env:MUSTER_NOT_SET' } });
    await expect(missing).rejects.toThrow('The secret env:MUSTER_NOT_SET is not there');
  });

  it('says in words that a program or a directory is missing', async () => {
    await expect(perform({ argv: ['no-such-program'] })).rejects.toThrow(
      'no program of that name may be run',
    );
    await expect(perform({ argv: ['true'], cwd: '/nowhere' })).rejects.toThrow('there is no such directory');
  });

  it('ends the program and its children when the step is stopped', async () => {
    const stop = new AbortController();
    const own = contextOf(directory, { name: 'stopped#1', signal: stop.signal });
    const file = join(directory, 'child.pid');
    const argv = ['sh', '-c', `sleep 60 & echo $! > '${file}.tmp'; mv '${file}.tmp' '${file}'; wait`];
    const running = runCommand(command.input.parse({ argv }), own);
    while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 20));
    stop.abort(new Error('stopped'));
    await expect(running).rejects.toThrow('stopped');
    const pid = readFileSync(file, 'utf8').trim();
    const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' });
    expect(stdout.trim()).toMatch(/^(Z.*)?$/);
  });

  it('runs what leads into the site before the program', async () => {
    const own = { ...contextOf(directory, { name: 'enter#1' }), enter: ['env', 'WHERE=inside'] };
    const { findings } = await runCommand(command.input.parse({ argv: ['printenv', 'WHERE'] }), own);
    expect(findings['value']).toBe('inside');
  });
});

describe('script', () => {
  const performScript = (given: unknown) => runScript(script.input.parse(given), context);

  it('gets values as variables only, as they are', async () => {
    const env = Object.fromEntries(hostile.map((text, index) => [`V${index}`, text]));
    const print = hostile.map((_, index) => `printf '%s\\0' "$V${index}"`).join('\n');
    const { findings } = await performScript({ script: print, env });
    expect(String(findings['stdout']).split('\0').slice(0, -1)).toEqual(hostile);
  });

  it('stops at the first command that fails and at a variable that is not set', async () => {
    expect((await performScript({ script: 'false\necho on' })).findings['value']).toBe('');
    expect((await performScript({ script: 'echo "$NOT_SET_AT_ALL"' })).findings['exit']).not.toBe(0);
  });

  it('is taken letter by letter', () => {
    expect(script.literal).toEqual(['script']);
  });
});
