import { DefaultLogger, type LogLevel, type LogMetadata } from '@temporalio/worker';
import { unsettled } from '../contract/unsettled.ts';

/** What the SDK warns of at the queue of a label: nothing but activities is taken there, as it is meant. */
const onlyActivities = 'No workflows registered, not polling for workflow tasks';

/** What a worker has to say, from warnings on; that a run puts a question off for a moment is none. */
export class WorkerLog extends DefaultLogger {
  constructor() {
    super('WARN');
  }

  override log(level: LogLevel, message: string, meta?: LogMetadata): void {
    const { error } = (meta ?? {}) as { error?: { message?: unknown } };
    if (error?.message !== unsettled && !(level === 'WARN' && message === onlyActivities))
      super.log(level, message, meta);
  }
}
