import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LocalFailure } from './local-failure.ts';

/** The release of the Temporal CLI whose server is the pinned module's. */
const release = 'v1.5.1';

/**
 * Fetches the release by the SDK's own download to `target`; fails at once where there is no network.
 * Throws a `LocalFailure` where it cannot be had.
 */
export async function downloadServer(target: string, onProgress: (line: string) => void): Promise<void> {
  onProgress(`Trying to download Temporal ${release}.`);
  const directory = mkdtempSync(join(dirname(target), 'download-'));
  const { Runtime } = await import('@temporalio/worker');
  try {
    // The SDK downloads in order to start: what it started is stopped, what it fetched is kept.
    const server = await Runtime.instance().createEphemeralServer({
      type: 'dev-server',
      exe: {
        type: 'cached-download',
        downloadDir: directory,
        version: release,
        ttl: 86_400_000,
        sdkName: 'sdk-typescript',
        sdkVersion: '1.24.0',
      },
      ip: '127.0.0.1',
      port: null,
      ui: false,
      uiPort: null,
      namespace: 'default',
      dbFilename: null,
      log: { format: 'pretty', level: 'error' },
      extraArgs: [],
    });
    await Runtime.instance().shutdownEphemeralServer(server);
    const [file] = readdirSync(directory);
    if (!file) throw new Error('nothing arrived');
    renameSync(join(directory, file), target);
  } catch (cause) {
    throw new LocalFailure(`download: ${firstSentence(cause)}`, cause);
  } finally {
    await Runtime.instance().shutdown();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The SDK's message repeats every layer with the address; the last layer says what happened. */
function firstSentence(cause: unknown): string {
  const { message } = cause as Error;
  return message.split(': ').slice(-2).join(': ');
}
