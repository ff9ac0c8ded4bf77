import { z } from 'zod';
import type { Description } from '../action.ts';
import { stopFields, stopFigures } from '../servers/stop-fields.ts';

export const description = {
  name: 'mariadb.stop',
  summary:
    'Stops the MariaDB server of a data directory, also where the directory was renamed or is gone, and proves that it is stopped.',
  input: z.strictObject(stopFields),
  outputs: stopFigures,
  findings: { value: 'boolean', ...stopFigures },
  provesByItself: true,
  touches: 'data',
  rerun: 'idempotent',
} as const satisfies Description;
