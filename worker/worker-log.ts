import { DefaultLogger, type LogLevel, type LogMetadata } from '@temporalio/worker';
import { unsettled } from '../contract/unsettled.ts';

/** What a worker has to say, from warnings on; that a run puts a question off for a moment is none. */
export class WorkerLog extends DefaultLogger {
  constructor() {
    super('WARN');
  }

  override log(level: LogLevel, message: string, meta?: LogMetadata): void {
    const { error } = (meta ?? {}) as { error?: { message?: unknown } };
    if (error?.message !== unsettled) super.log(level, message, meta);
  }
}
