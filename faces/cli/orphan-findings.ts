import type { Finding } from '../../local/doctor/finding.ts';
import type { HostStep } from './step-lines.ts';

/** What is told by name; of more only how many. */
const mostNamed = 3;

/** What runs that are not open any more have left at work on this host, or unknown. */
export function orphanFindings(steps: readonly HostStep[]): readonly Finding[] {
  const what = 'steps of this host';
  const orphans = steps.filter(({ orphan }) => orphan);
  if (orphans.length === 0) return [{ what, state: 'ok', found: 'none is left by a run that is not open' }];
  const named = orphans.slice(0, mostNamed).map((step) => `${step.try} of ${step.run} (${words(step)})`);
  const more = orphans.length > mostNamed ? [`${orphans.length - mostNamed} more`] : [];
  const found = `runs that are not open have left ${[...named, ...more].join(', ')}`;
  return [{ what, state: 'weak', found, mend: 'muster steps says what to do with each.' }];
}

const words = ({ observation }: HostStep): string =>
  observation.state === 'running' ? 'it is at work' : 'nobody knows how it ended';
