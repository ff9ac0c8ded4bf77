import { checkPlace } from './doctor/check-place.ts';
import { checkPrograms } from './doctor/check-programs.ts';
import { checkService, type ServiceToCheck } from './doctor/check-service.ts';
import type { Finding } from './doctor/finding.ts';

/**
 * Looks at everything that Muster needs on this machine and says what is there, what is not, and how to mend it.
 * Starts and changes nothing, but makes the state directory. Throws a `LocalFailure` only where Temporal's own
 * configuration cannot be read.
 */
export async function doctor(service: ServiceToCheck): Promise<readonly Finding[]> {
  return (await Promise.all([checkPrograms(), checkPlace(), checkService(service)])).flat();
}
