import { describe, expect, it } from '@jest/globals';
import { ServiceError } from '@temporalio/client';
import { explain } from '../../client/explain.ts';

/** What gRPC throws, as Temporal's client wraps it. */
const grpc = (code: number, details: string) =>
  new ServiceError('Failed to query Workflow', {
    cause: Object.assign(new Error(details), { code, details, metadata: {} }),
  });

describe('what Temporal’s client throws', () => {
  it('is no answer where a server that ends cancels what it was asked', () => {
    expect(explain(grpc(1, 'context canceled'))).toMatchObject({ code: 'unreachable' });
    expect(explain(grpc(14, 'No connection established'))).toMatchObject({ code: 'unreachable' });
  });

  it('stays what it is where we cancelled it ourselves', () => {
    const ours = grpc(1, 'Cancelled on client');
    expect(explain(ours)).toBe(ours);
  });
});
