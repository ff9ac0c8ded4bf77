import type { z } from 'zod';
import type { Run } from '../action.ts';
import { mariadbPrograms } from '../mariadb/server.ts';
import { stopServer } from '../servers/stop-server.ts';
import type { description } from './describe.ts';

export const run: Run<z.output<typeof description.input>> = (input, context) =>
  stopServer(input, mariadbPrograms, context);
