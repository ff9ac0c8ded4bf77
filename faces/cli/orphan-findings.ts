import type { Finding } from '../../local/doctor/finding.ts';
import type { HostStep } from './step-lines.ts';

/** What is told by name; of more only how many. */
const mostNamed = 3;

/** What is at work on this host, or unknown, and no run waits for. */
export function orphanFindings(steps: readonly HostStep[]): readonly Finding[] {
  const what = 'steps of this host';
  const orphans = steps.filter(({ orphan }) => orphan);
  if (orphans.length === 0) return [{ what, state: 'ok', found: 'there is none that no run waits for' }];
  const named = orphans.slice(0, mostNamed).map((step) => `${step.try} of ${step.run} (${words(step)})`);
  const more = orphans.length > mostNamed ? [`${orphans.length - mostNamed} more`] : [];
  const found = `no run waits for ${[...named, ...more].join(', ')}`;
  return [{ what, state: 'weak', found, mend: 'muster steps says what to do with each.' }];
}

const words = ({ observation, givenUp }: HostStep): string =>
  givenUp
    ? 'given up by its run, and at work'
    : observation.state === 'running'
      ? 'it is at work'
      : 'nobody knows how it ended';
