import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes the place that the test files of one run share; what is in it is started by the first that needs it. */
export default function globalSetup(): void {
  process.env['MUSTER_TEST_RUN'] = mkdtempSync(join(tmpdir(), 'muster-test-'));
}
