import { rmSync } from 'node:fs';
import { stopGuarded } from '../../local/guarded-process.ts';
import { sharedServer, testRun } from './test-run.ts';

export default async function globalTeardown(): Promise<void> {
  await stopGuarded(sharedServer(), 10_000);
  rmSync(testRun(), { recursive: true, force: true });
}
