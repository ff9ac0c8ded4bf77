import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { stepDirectory } from '../../host/step-directory.ts';
import { hasSshd, startSshd } from '../actions/sshd.ts';
import { observer, step, testHome } from '../host/harness.ts';

const home = await testHome();

/** What is looked for, in each encoding by its own: the middle of a canary is in all that encodes the whole. */
const cores = Array.from({ length: 50 }, () => randomBytes(12).toString('base64url'));
const traces = cores.flatMap((core) => {
  const bytes = Buffer.from(core);
  // Behind none, one or two other bytes; the characters at both ends depend on what stands around.
  const base64 = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .slice(4, -4),
  );
  return [core, bytes.toString('hex'), bytes.toString('hex').toUpperCase(), ...base64];
});

/** Characters of every kind that encodings change. */
const canaries = Object.fromEntries(
  cores.map((core, index) => [`CANARY_${index}`, `c "&<ä'>/+${core}\\%~ ${index}`]),
);
Object.assign(process.env, canaries);
const env = Object.fromEntries(Object.keys(canaries).map((name) => [name, `env:${name}`]));

/** Prints every one in every encoding, to both outputs, and stays for long enough to be looked at. */
const echo = `
  for (const [name, value] of Object.entries(process.env)) {
    if (!name.startsWith('CANARY_')) continue;
    const bytes = Buffer.from(value);
    const markup = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
    const all = [value, bytes.toString('base64'), Buffer.from('a' + value + 'b').toString('base64'), bytes.toString('base64url'),
      bytes.toString('hex'), encodeURIComponent(value), new URLSearchParams([['', value]]).toString(), JSON.stringify(value),
      value.replace(/[&<>"']/g, (found) => markup[found])];
    console.log(all.join(' '));
    console.error(all.join('\\n'));
  }
  setTimeout(() => process.exit(3), 500);`;

/** The command lines of all processes that can be read. */
const commandLines = (): string =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(join('/proc', pid, 'cmdline'), 'utf8');
      } catch {
        return ''; // It has ended meanwhile.
      }
    })
    .join('\n');

/** Everything in a directory and those below it. */
const filesIn = (directory: string): string =>
  readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');

const leaks = (text: string): string[] => traces.filter((trace) => text.includes(trace));

const sshd = hasSshd ? await startSshd() : undefined;

describe('50 canaries, printed in every encoding', () => {
  it.each([
    ['command', { argv: [process.execPath, '-e', echo], env }],
    ['script', { script: 'exec "$NODE" -e "$ECHO"', env: { ...env, NODE: process.execPath, ECHO: echo } }],
    ...(sshd ? [['ssh.command', { ...sshd.to, argv: [process.execPath, '-e', echo], env }] as const] : []),
  ])('by %s stand in no result, sign, file or command line', async (action, input) => {
    const { perform, signs } = await observer(home);
    const order = step({ action, with: input });
    const performing = perform(order);
    let lines = '';
    const sampling = setInterval(() => (lines += commandLines()), 50);
    const result = await performing.finally(() => clearInterval(sampling));
    expect(JSON.stringify(result)).toContain('[secret]');
    const files = filesIn(stepDirectory(home, order));
    expect(files).toContain('env:CANARY_49');
    expect(files).toContain('[secret]');
    expect(leaks(Object.values(canaries).join())).toHaveLength(50);
    for (const where of [JSON.stringify(result), JSON.stringify(signs), files, lines]) {
      expect(leaks(where)).toEqual([]);
    }
  });
});
