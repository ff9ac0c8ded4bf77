import type { RecoveryPoint } from '../../core/recovery-point.ts';
import { newestSegmentTime } from './wal-archive.ts';
import { listBases } from './repository.ts';

/**
 * The base backups of a repository: each reaches from when it was complete to when the last segment of WAL was archived.
 * @throws ActionFailure where the repository cannot be read.
 */
export async function listPoints(repository: string, archive: string): Promise<RecoveryPoint[]> {
  const [bases, until] = await Promise.all([listBases(repository), newestSegmentTime(archive)]);
  return bases.map(({ id, time, bytes }) => ({
    id,
    time,
    ...(until !== undefined && until > time && { until }),
    ...(bytes !== undefined && { bytes }),
    kind: 'full',
    copy: repository,
  }));
}
