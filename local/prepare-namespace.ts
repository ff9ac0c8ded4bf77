import type { Connection } from '@temporalio/client';
import type { SearchAttributeType } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';

/** Name and type of search attributes, e.g. `{ MusterRunbook: 'KEYWORD' }`. */
export type SearchAttributes = Readonly<Record<string, SearchAttributeType>>;

/** The development server's own retention is a day: too short to look up last month's rehearsal. */
export const retentionDays = 90;
const daySeconds = 86_400;
const { IndexedValueType } = proto.temporal.api.enums.v1;

/** What is missing in a namespace; nothing of it stops a run. */
export interface NamespaceLack {
  readonly retentionDays?: number;
  readonly searchAttributes: readonly string[];
}

/** Sets retention and search attributes of the embedded server's namespace; may be repeated. */
export async function prepareNamespace(
  connection: Connection,
  namespace: string,
  wanted: SearchAttributes,
): Promise<void> {
  const lack = await namespaceLack(connection, namespace, wanted);
  if (lack.retentionDays !== undefined) {
    await connection.workflowService.updateNamespace({
      namespace,
      config: { workflowExecutionRetentionTtl: msToTs(retentionDays * daySeconds * 1_000) },
    });
  }
  if (lack.searchAttributes.length > 0) {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(
        lack.searchAttributes.map((name) => [
          name,
          IndexedValueType[`INDEXED_VALUE_TYPE_${wanted[name] ?? 'KEYWORD'}`],
        ]),
      ),
    });
  }
}

/** What a namespace lacks of what Muster would like: days of retention if too few, and unregistered search attributes. */
export async function namespaceLack(
  connection: Connection,
  namespace: string,
  wanted: SearchAttributes,
): Promise<NamespaceLack> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  const days = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / daySeconds;
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return {
    ...(days < retentionDays ? { retentionDays: days } : {}),
    searchAttributes: Object.keys(wanted).filter((name) => customAttributes?.[name] === undefined),
  };
}
