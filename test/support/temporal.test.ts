import { describe, expect, it } from '@jest/globals';
import { useTemporal } from './temporal.ts';

describe('the server of a test run', () => {
  const temporal = useTemporal();

  it('is a real one, 1.29.2 or later', async () => {
    const info = await temporal.env.connection.workflowService.getSystemInfo({});
    expect(info.serverVersion).toMatch(/^1\.(29\.[2-9]|[3-9][0-9])/);
  });

  it('gives every test a task queue of its own', () => {
    expect(temporal.taskQueue()).not.toBe(temporal.taskQueue());
  });
});
