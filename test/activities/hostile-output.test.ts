import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { fakeWorker, shellStep, step, testHome } from '../host/harness.ts';

/** By hand: `MEGABYTES=1000 npm test -- test/activities/hostile-output.test.ts`. */
const megabytes = Number(process.env['MEGABYTES'] ?? 200);
const home = await testHome();

/** Above what a worker takes that does nothing: guarantees are about this much, in kB. */
const most = 150_000;

/** The digest of a log, and what the step wrote of its own peak somewhere in it. */
async function read(file: string): Promise<{ readonly digest: string; readonly peakKb: number }> {
  const hash = createHash('sha256');
  let [peakKb, before] = [NaN, ''];
  for await (const piece of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(piece);
    const text = before + piece.toString('latin1');
    peakKb = Number(/peak (\d+)\n/.exec(text)?.[1] ?? peakKb);
    before = text.slice(-20);
  }
  return { digest: `sha256:${hash.digest('hex')}`, peakKb };
}

describe(`${megabytes} MB of output`, () => {
  it.each([
    ['one line, in the worker', 'nothing', '/dev/zero', ''],
    ['one line', 'data', '/dev/zero', ''],
    ['lines', 'data', '/dev/zero', `| tr '\\0' 'x' | fold -w 99`],
    ['random bytes', 'data', '/dev/urandom', ''],
  ] as const)(
    'in %s makes neither the worker nor the step grow, and its log has a digest',
    async (_what, touches, from, through) => {
      const idle = (await (
        await fakeWorker(home, step({ action: 'noop', with: {} }, { touches }))
      ).ended)!.peakKb;
      const peak = `awk '/VmHWM/ {print "peak", $2}' /proc/$PPID/status >&2`;
      const script = `head -c ${megabytes}000000 ${from} ${through}; echo >&2; ${peak}`;
      const ended = await (await fakeWorker(home, shellStep(script, { touches, timeout: 600_000 }))).ended;
      const { result, peakKb } = ended!;
      expect([result.outcome, result.found.message]).toEqual(['passed', undefined]);
      expect(peakKb - idle).toBeLessThan(most);
      const { file, digest, bytes } = result.found.log!;
      expect(bytes).toBeGreaterThan(0);
      const log = await read(file);
      expect(log.digest).toBe(digest);
      expect(log.peakKb).toBeLessThan(most);
      expect(result.outputs).not.toHaveProperty('stdout');
      process.stderr.write(
        `${_what}: the worker ${peakKb - idle} kB above idle, the step ${log.peakKb} kB, log ${bytes} bytes\n`,
      );
    },
    600_000,
  );
});
