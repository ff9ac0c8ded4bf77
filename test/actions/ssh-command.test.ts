import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, beforeEach, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { carryOut } from '../../actions/carry-out.ts';
import { loadAction } from '../../actions/registry.ts';
import type { Report } from '../../actions/report.ts';
import { runningProcesses } from '../../actions/processes.ts';
import { fileNameOf } from '../../actions/step-files.ts';
import { description } from '../../actions/ssh.command/describe.ts';
import { run, settle } from '../../actions/ssh.command/run.ts';
import { quote } from '../../actions/ssh/quote.ts';
import { contextOf, temporaryDirectory, type TestContext } from './action-context.ts';
import { childrenOf, keyAt, kill9, type Sshd, startSshd, withSshd } from './sshd.ts';

let sshd: Sshd;
let directory: string;
let context: TestContext;
let tries = 0;

beforeEach(() => {
  directory = temporaryDirectory();
  context = contextOf(directory, { name: `shop/1/recover/step-${(tries += 1)}#1` });
});

const inputOf = (more: object) => description.input.parse({ ...sshd.to, ...more });
const ssh = (more: object, within = context) => run(inputOf(more), within);
const look = (more: object) => settle(inputOf(more), context);
const script = (text: string, more: object = {}) => ({ script: text, ...more });

/** The directory of a call there. */
const farDirectory = (name = `${context.try}~far`) =>
  join(sshd.far, 'steps', fileNameOf(context.run), fileNameOf(name));
const linesOf = (file: string) =>
  fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().split('\n') : [];
const until = async (holds: () => boolean) => {
  while (!holds()) await sleep(20);
};
const supervisor = () => Number(fs.readFileSync(join(farDirectory(), 'started'), 'utf8').split(' ')[1]);

/** As its child process carries it out, with a signal that stops it. */
async function carriedOut(more: object, signal = new AbortController().signal): Promise<Report> {
  const action = (await loadAction('ssh.command'))!;
  const errand = { action: 'ssh.command', as: 'do', with: { ...sshd.to, ...more } } as never;
  return carryOut({ action, errand, signal, context: (bounded) => ({ ...context, signal: bounded }) });
}

withSshd('ssh.command', () => {
  beforeAll(async () => {
    sshd = await startSshd();
  });

  it('runs a command there, in a directory of its own, and tells how it ended', async () => {
    const { outputs, findings } = await ssh({ argv: ['sh', '-c', 'pwd; echo oops >&2; exit 7'] });
    expect(outputs).toMatchObject({ exit: 7, directory: farDirectory() });
    expect(findings['value']).toBe(`${farDirectory()}/work\noops`);
    const log = execFileSync('sha256sum', [join(farDirectory(), 'log')], { encoding: 'utf8' });
    expect(log).toContain(String(outputs['sha256']));
    expect(fs.statSync(join(farDirectory(), 'log')).mode & 0o077).toBe(0);
    expect(fs.readFileSync(join(farDirectory(), 'supervisor.sh'), 'utf8')).toBe(
      fs.readFileSync(new URL('../../host/supervisor.sh', import.meta.url), 'utf8'),
    );
    expect(context.lines).toContain('oops');
  });

  it('hands over every argument and variable as it is', async () => {
    const nasty = [
      '',
      ' ',
      '-',
      '--',
      '-n',
      '*',
      '~',
      '$HOME',
      '$(id)',
      '`id`',
      '"',
      "'",
      "'\\''",
      '\\',
      '\\n',
    ];
    nasty.push(
      'a b',
      'a\nb',
      '\n',
      '!x',
      '#x',
      '{{x}}',
      '%s',
      '\t',
      '\r\n',
      'ä€😀',
      '\u0001\u007f',
      ';&|<>()',
      '=',
    );
    const word = fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'))); // prettier-ignore
    const words = fc.tuple(fc.array(fc.array(word, { maxLength: 4 }).map((some) => some.join(''))), word);
    const print =
      'process.stdout.write(Buffer.from(JSON.stringify([process.argv.slice(1), process.env.ODD])).toString("base64"))';
    let attempt = 0;
    const seed = Number(process.env['MUSTER_SEED'] ?? Date.now() % 1_000_000);
    console.info(`ssh.command, arguments: MUSTER_SEED=${seed}`);
    const holds = fc.asyncProperty(words, async ([argv, odd]) => {
      const within = contextOf(directory, { name: `${context.try}-${(attempt += 1)}` });
      const input = { argv: [process.execPath, '-e', print, '--', ...argv], env: { ODD: odd } };
      const { outputs } = await ssh(input, within);
      const told = JSON.parse(Buffer.from(String(outputs['output']), 'base64').toString()) as unknown;
      const asUtf8 = (text: string) => Buffer.from(text).toString();
      expect(told).toEqual([argv.map(asUtf8), asUtf8(odd)]);
    });
    await fc.assert(holds, { seed, numRuns: 15, examples: [[[nasty, '']], [[[''], "'"]]] });
  }, 120_000);

  it('keeps secrets off every command line and out of what is shown, and keys out of what is left', async () => {
    const secret = `canary-${Math.random().toString(36).slice(2)}`;
    Object.assign(process.env, {
      SSH_CANARY: secret,
      SSH_KEY: fs.readFileSync(join(sshd.directory, 'client'), 'utf8'),
    });
    let lines = '';
    const sampling = setInterval(() => (lines += commandLines()), 20);
    const { outputs } = await ssh({
      ...script('echo "$TOKEN"; sleep 1; [ "$TOKEN" = "$(printenv TOKEN)" ]', {
        env: { TOKEN: 'env:SSH_CANARY' },
      }),
      identity: 'env:SSH_KEY',
    }).finally(() => clearInterval(sampling));
    expect(outputs).toMatchObject({ exit: 0, output: '[secret]' });
    expect(lines).toContain('supervisor.sh');
    expect(lines).not.toContain(secret);
    expect(JSON.stringify([context.lines, outputs])).not.toContain(secret);
    expect(fs.readdirSync(context.workDirectory)).toEqual(['far-call.json']);
    const there = fs.readdirSync(farDirectory()).filter((name) => name !== 'log' && name !== 'work');
    for (const name of there)
      expect(fs.readFileSync(join(farDirectory(), name), 'utf8')).not.toContain(secret);
  });

  it('brings back head and tail of a long output, and what the whole is; it stays there', async () => {
    const { outputs, findings } = await ssh(script('echo first; seq 1 1000000; echo last'));
    const bytes = fs.statSync(join(farDirectory(), 'log')).size;
    expect(outputs).toMatchObject({ bytes, exit: 0 });
    expect(outputs).not.toHaveProperty('output');
    expect(findings['value']).toMatch(/^first\n1\n2\n[^]*999999\n1000000\nlast$/);
    expect(findings['value']).toContain(`${bytes} bytes in all`);
  });

  it('goes on when the connection breaks, and loses nothing of its output', async () => {
    const ledger = join(directory, 'ledger');
    const go = join(directory, 'go');
    const running = ssh(
      script(`echo ran >>${ledger}; echo one; until [ -e ${go} ]; do sleep 0.05; done; echo two`),
    );
    await until(() => context.lines.includes('one'));
    for (const pid of sshd.sessions()) kill9(pid);
    await until(() => context.lines.some((line) => line.includes('lost the line to')));
    fs.writeFileSync(go, '');
    expect((await running).outputs).toMatchObject({ exit: 0, output: 'one\ntwo' });
    expect(linesOf(ledger)).toEqual(['ran']);
  }, 20_000);

  it('is unknown when the host is lost for too long, and a look finds it when the host is back', async () => {
    const ledger = join(directory, 'ledger');
    const input = script(`echo ran >>${ledger}; sleep 3; echo over`, { lostAfter: '1s' });
    const running = ssh(input);
    running.catch(() => undefined);
    await until(() => linesOf(ledger).length === 1);
    sshd.stop();
    await expect(running).rejects.toMatchObject({
      kind: 'unknown',
      message: expect.stringContaining('Nothing was heard of'),
    });
    await sshd.start();
    expect(await look(input)).toMatchObject({ outputs: { exit: 0, output: 'over' } });
    expect(linesOf(ledger)).toEqual(['ran']);
  }, 30_000);

  it('a look before anything was sent says so without asking the host', async () => {
    expect(await look({ argv: ['true'], port: 1 })).toBe('not-done');
  });

  it('a look bars what was not started: whoever comes late finds that', async () => {
    fs.writeFileSync(
      join(context.workDirectory, 'far-call.json'),
      JSON.stringify({ name: `${context.try}~far`, sent: true, heard: false }),
    );
    const input = { argv: ['touch', join(directory, 'late')] };
    expect(await look(input)).toBe('not-done');
    fs.rmSync(join(context.workDirectory, 'far-call.json'));
    await expect(ssh(input)).rejects.toThrow('stopped before it began');
    expect(fs.existsSync(join(directory, 'late'))).toBe(false);
  });

  it('says unknown when its supervisor and command were killed there, and when that host was restarted', async () => {
    const input = script('sleep 60');
    const running = ssh(input);
    running.catch(() => undefined);
    await until(() => fs.existsSync(join(farDirectory(), 'started')) && childrenOf(supervisor()).length > 0);
    const command = childrenOf(supervisor());
    for (const pid of [supervisor(), ...command, ...command.flatMap((pid) => childrenOf(pid))]) kill9(pid);
    await expect(running).rejects.toMatchObject({ kind: 'unknown' });
    fs.writeFileSync(join(farDirectory(), 'started'), '00000000-0000-0000-0000-000000000000 1 1\n');
    await expect(look(input)).rejects.toThrow('restarted since it began');
  }, 20_000);

  it('never runs another call under the same try, nor one whose directory was deleted', async () => {
    await ssh({ argv: ['true'] });
    const kept = fs.readFileSync(join(context.workDirectory, 'far-call.json'));
    await expect(look({ argv: ['false'] })).rejects.toThrow('another call under this try');
    fs.rmSync(farDirectory(), { recursive: true });
    fs.writeFileSync(join(context.workDirectory, 'far-call.json'), kept);
    await expect(look({ argv: ['true'] })).rejects.toThrow('somebody deleted it');
  });

  it('waits for an earlier try of the step that is still at work there', async () => {
    const [go, ledger] = [join(directory, 'go'), join(directory, 'ledger')];
    const input = (name: string) =>
      script(`until [ -e ${go} ]; do sleep 0.05; done; echo ${name} >>${ledger}`);
    const first = ssh(input('first'));
    await until(() => fs.existsSync(join(farDirectory(), 'started')));
    const next = contextOf(directory, { name: context.try.replace('#1', '#2') });
    const second = ssh(input('second'), next);
    await until(() => next.lines.some((line) => line.includes('an earlier try is at work there')));
    fs.writeFileSync(go, '');
    await Promise.all([first, second]);
    expect(linesOf(ledger)).toEqual(['first', 'second']);
  }, 20_000);

  it('looks anew where a check is repeated', async () => {
    const count = join(directory, 'count');
    const counting = script(`echo x >>${count}; wc -l <${count}`);
    expect((await ssh(counting)).findings['value']).toBe('1');
    expect((await ssh(counting)).findings['value']).toBe('2');
    expect(await look(counting)).toMatchObject({ findings: { value: '2' } });
  });

  it.each([
    ['heeds TERM', 'trap "echo told; exit 3" TERM; while :; do sleep 0.1; done', 'told'],
    ['does not', 'trap "" TERM; while :; do sleep 0.1; done', ''],
  ])(
    'ends a command there that %s',
    async (_, text, said) => {
      const stop = new AbortController();
      const running = carriedOut(script(`setsid sleep 61 & ${text}`), stop.signal);
      await until(
        () => fs.existsSync(join(farDirectory(), 'started')) && childrenOf(supervisor()).length > 0,
      );
      await sleep(200);
      stop.abort(new Error('stopped by SIGTERM'));
      await expect(running).rejects.toThrow('stopped by SIGTERM');
      expect(fs.existsSync(join(farDirectory(), 'stop'))).toBe(true);
      expect(fs.readFileSync(join(farDirectory(), 'log'), 'utf8')).toContain(said);
      expect(commandLines()).not.toContain('sleep\u000061');
    },
    20_000,
  );

  it('is unknown, not stopped, where the host cannot be told to stop', async () => {
    const stop = new AbortController();
    const running = carriedOut(script('sleep 2'), stop.signal);
    await until(() => fs.existsSync(join(farDirectory(), 'started')));
    sshd.stop();
    stop.abort(new Error('stopped by SIGTERM'));
    expect(await running).toMatchObject({
      outcome: 'unknown',
      found: { message: expect.stringContaining('could not be told to stop') },
    });
    await sshd.start();
  }, 20_000);

  it('goes through the command that leads into a site, an ssh itself', async () => {
    const { host, port, identity, knownHosts } = sshd.to;
    const enter = ['ssh', '-p', String(port), '-i', String(identity), '-o', `UserKnownHostsFile=${knownHosts}`, String(host)]; // prettier-ignore
    const { outputs } = await ssh({ argv: ['echo', 'a  b', '$HOME'] }, { ...context, enter });
    expect(outputs['output']).toBe('a  b $HOME');
  });

  it('knows what is told from what a login prints by itself, and is obeyed by bash as well', async () => {
    const authorized = join(sshd.directory, 'authorized');
    const key = fs.readFileSync(authorized, 'utf8');
    fs.writeFileSync(authorized, `command="echo 'log 5'; exec bash --posix" ${key}`);
    const { outputs } = await ssh({ argv: ['echo', 'a  b', "it's"], env: { dir: 'mine', IFS: 'a' } });
    fs.writeFileSync(authorized, key);
    expect(outputs['output']).toBe("a  b it's");
  });
});

withSshd('ssh.command, where it cannot', () => {
  beforeAll(async () => {
    sshd = await startSshd();
  });

  const known = () => join(directory, 'known');
  const refusal = (more: object) =>
    ssh({ argv: ['touch', join(directory, 'ran')], ...more }).then(
      () => 'it was not refused',
      (error: unknown) => error,
    );

  it('refuses a host whose key has changed, and one that is not known', async () => {
    keyAt(join(directory, 'other'));
    const [type, key] = fs.readFileSync(join(directory, 'other.pub'), 'utf8').split(' ');
    fs.writeFileSync(known(), `[127.0.0.1]:${sshd.port} ${type} ${key}\n`);
    expect(await refusal({ knownHosts: known() })).toMatchObject({
      ...{ kind: 'terminal', message: expect.stringContaining('is not the one that is known') },
    });
    fs.writeFileSync(known(), '');
    expect(await refusal({ knownHosts: known() })).toMatchObject({
      ...{ kind: 'terminal', message: expect.stringMatching(/^No host key of .* is known/) },
    });
    expect(fs.existsSync(join(directory, 'ran'))).toBe(false);
  });

  it('says who is not let in, and what does not answer', async () => {
    keyAt(join(directory, 'stranger'));
    expect(await refusal({ identity: join(directory, 'stranger') })).toMatchObject({
      ...{ kind: 'terminal', message: expect.stringContaining('does not let us in') },
    });
    expect(await refusal({ port: 1, knownHosts: sshd.to['knownHosts'] })).toMatchObject({
      ...{ kind: 'retryable', message: expect.stringContaining('ssh exited with 255') },
    });
    expect(context.lines).toEqual([]);
  });

  it('says when the directory to run in is not there, or none can be made', async () => {
    expect(String(await refusal({ cwd: '/nowhere/at all' }))).toContain('has no directory for cwd');
    fs.writeFileSync(join(directory, 'file'), '');
    expect(String(await refusal({ directory: join(directory, 'file') }))).toContain(
      'nothing was started: is there room',
    );
  });

  it('says what is missing there', async () => {
    const bin = join(directory, 'bin');
    fs.mkdirSync(bin);
    for (const name of [
      'setsid',
      'sync',
      'ln',
      'mv',
      'mkdir',
      'head',
      'tail',
      'wc',
      'sha256sum',
      'grep',
      'date',
      'sleep',
      'id',
    ])
      fs.symlinkSync(`/usr/bin/${name}`, join(bin, name));
    const bare = await startSshd(bin);
    expect(await refusal(bare.to)).toMatchObject({
      kind: 'terminal',
      message: expect.stringContaining('has no flock'),
    });
  });

  it('starts nothing on a full disk there, and says so', async () => {
    const disk = join(directory, 'disk');
    fs.mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'muster-test', disk], { stdio: 'pipe' });
    } catch (error) {
      console.warn(`SKIPPED: a full disk needs a mount, which is refused here: ${String(error)}`);
      return;
    }
    try {
      const fill = Buffer.alloc(2_000_000);
      expect(() => fs.writeFileSync(join(disk, 'ballast'), fill)).toThrow('ENOSPC');
      expect(await refusal({ directory: disk })).toMatchObject({
        kind: 'retryable',
        message: expect.stringContaining('is there room'),
      });
      expect(fs.existsSync(join(directory, 'ran'))).toBe(false);
      fs.rmSync(join(disk, 'ballast'));
      expect((await ssh({ argv: ['true'], directory: disk })).outputs).toMatchObject({ exit: 0 });
    } finally {
      execFileSync('umount', ['--lazy', disk]);
    }
  });

  it.each(['-oProxyCommand=id', 'a b', 'a;id', ''])('takes no host %j', (host) => {
    expect(description.input.safeParse({ host, argv: ['true'] }).success).toBe(false);
  });

  it('takes either argv or script', () => {
    expect(description.input.safeParse({ host: 'a', argv: ['true'], script: 'true' }).success).toBe(false);
    expect(description.input.safeParse({ host: 'a' }).success).toBe(false);
    expect(() => quote('a\0b')).toThrow(RangeError);
  });
});

/** The command lines of all processes. */
function commandLines(): string {
  return runningProcesses()
    .map(({ pid }) => {
      try {
        return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return ''; // It has ended meanwhile.
      }
    })
    .join('\n');
}
