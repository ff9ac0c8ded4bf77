import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findServer } from '../../local/find-server.ts';
import { built } from './built.ts';

/** What of Jest's configuration is looked at: the patterns that choose test files, if any were given. */
interface Chosen {
  readonly testPathPatterns: { readonly patterns: readonly string[] };
}

/**
 * Makes the place that the test files of one run share; what is in it is started by the first that needs it. A whole
 * run builds what it needs before the clocks of its tests run; a run of chosen files may need none of it.
 */
export default async function globalSetup({ testPathPatterns }: Chosen): Promise<void> {
  process.env['MUSTER_TEST_RUN'] = mkdtempSync(join(tmpdir(), 'muster-test-'));
  if (testPathPatterns.patterns.length > 0) return;
  await built('build-id');
  await findServer({ onProgress: (line) => process.stderr.write(`${line}\n`) });
}
