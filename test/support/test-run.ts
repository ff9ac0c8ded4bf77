import type { Guarded } from '../../local/guarded-process.ts';

/** The directory that the test files of one Jest run share. */
export function testRun(): string {
  const directory = process.env['MUSTER_TEST_RUN'];
  if (!directory) throw new Error('Jest must run with the globalSetup of jest.config.json.');
  return directory;
}

/** The place of the one Temporal server of a Jest run. */
export function sharedServer(): Guarded {
  return { directory: testRun(), name: 'temporal-server' };
}
