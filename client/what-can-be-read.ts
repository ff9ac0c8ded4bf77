import { type Client, WorkflowClient } from '@temporalio/client';
import type { Payload, PayloadCodec } from '@temporalio/common';

/** Reads as nothing. */
const unread: Payload = { metadata: { encoding: Buffer.from('binary/null') } };

/**
 * A client that reads as undefined what it cannot read, instead of throwing: one run that was encrypted with a key that is
 * not here must not hide the others in a list.
 */
export function whatCanBeRead({ workflow, options }: Client): WorkflowClient {
  const { loadedDataConverter: converter } = options;
  return new WorkflowClient({
    connection: workflow.connection,
    namespace: options.namespace,
    interceptors: workflow.options.interceptors,
    dataConverter: { payloadCodecs: converter.payloadCodecs.map(lenient) },
  });
}

const lenient = (codec: PayloadCodec): PayloadCodec => ({
  encode: (payloads) => codec.encode(payloads),
  decode: async (payloads) => {
    const each = await Promise.all(payloads.map((one) => codec.decode([one]).catch(() => [unread])));
    return each.flat();
  },
});
