import type { Connection } from '@temporalio/client';
import { readyServer } from '../find-server.ts';
import type { Finding } from './finding.ts';
import { goVersion, serverModule } from '../build-server.ts';
import { type EdgeStatus, localStatus } from '../local-status.ts';
import {
  namespaceLack,
  retentionDays,
  type NamespaceLack,
  type SearchAttributes,
} from '../prepare-namespace.ts';
import { temporalConfig, type TemporalConfig } from '../temporal-config.ts';

export interface ServiceToCheck {
  readonly searchAttributes: SearchAttributes;
  readonly flags?: { readonly address?: string; readonly namespace?: string };
}

/** Temporal: what is configured, what could be started, what runs, and what its namespace lacks. Starts nothing. */
export async function checkService({ searchAttributes, flags }: ServiceToCheck): Promise<readonly Finding[]> {
  const config = temporalConfig(flags);
  const own = config.source === 'none';
  const { address } = own ? localStatus() : config.connectionOptions;
  const before = own
    ? [await checkSource(), ...checkProcesses(), ...checkEdges()]
    : [checkConfigured(config)];
  if (address === undefined) return before;
  const service = { ...config, connectionOptions: { ...config.connectionOptions, address } };
  return [...before, ...(await checkNamespace(service, searchAttributes))];
}

function checkConfigured({ source, connectionOptions, namespace }: TemporalConfig): Finding {
  const found = `${connectionOptions.address}, namespace ${namespace} (${source}); nothing is started here`;
  return { what: 'Temporal', state: 'ok', found };
}

async function checkSource(): Promise<Finding> {
  const what = 'Temporal server';
  const ready = await readyServer({ onProgress: () => undefined });
  if (ready) return { what, state: 'ok', found: `${ready.version} (${ready.source}), ${ready.binary}` };
  const go = goVersion();
  if (go)
    return {
      what,
      state: 'ok',
      found: `none yet; it will be downloaded, or built by Go ${go} in a few minutes`,
    };
  return {
    what,
    state: 'weak',
    found: 'none yet, and no Go to build it with; a download will be tried',
    mend: `Install the Temporal CLI or Go ${serverModule().go}, or set TEMPORAL_ADDRESS.`,
  };
}

function checkProcesses(): Finding[] {
  const status = localStatus();
  if (status.trouble) {
    const mend = 'Mend the cause; it is tried again by itself, and by every verb.';
    return [{ what: 'processes', state: 'missing', found: status.trouble, mend }];
  }
  return (['parent', 'server', 'worker'] as const).map((name) =>
    processOf(name, status[name], status.parent !== undefined),
  );
}

function checkEdges(): Finding[] {
  const { edges = [], parent } = localStatus();
  return edges.map((edge) =>
    edge.trouble === undefined
      ? processOf(edge.name, edge.pid, parent !== undefined)
      : brokenEdge(edge, edge.trouble),
  );
}

const brokenEdge = ({ name, config }: EdgeStatus, trouble: string): Finding => ({
  what: name,
  state: 'missing',
  found: trouble,
  mend: `Mend ${config}, or take it away; it is tried again by itself. Server and worker go on meanwhile.`,
});

function processOf(what: string, pid: number | undefined, isKept: boolean): Finding {
  if (pid !== undefined) return { what, state: 'ok', found: `pid ${pid}` };
  if (!isKept) return { what, state: 'ok', found: 'not running; a verb that needs it starts it' };
  return { what, state: 'weak', found: 'not running', mend: 'It is being restarted; look again.' };
}

async function checkNamespace(config: TemporalConfig, wanted: SearchAttributes): Promise<Finding[]> {
  const what = 'service';
  const { address = '' } = config.connectionOptions;
  const client = await import('@temporalio/client');
  let connection: Connection | undefined;
  try {
    connection = await client.Connection.connect({
      ...config.connectionOptions,
      connectTimeout: '5 seconds',
    });
    const lack = await namespaceLack(connection, config.namespace, wanted);
    return [{ what, state: 'ok', found: `${address} answers` }, retentionOf(lack), attributesOf(lack)];
  } catch (error) {
    const mend = 'Start it, or correct TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and the credentials.';
    return [{ what, state: 'missing', found: `${address}: ${(error as Error).message}`, mend }];
  } finally {
    await connection?.close();
  }
}

function retentionOf({ retentionDays: days }: NamespaceLack): Finding {
  const what = 'retention';
  if (days === undefined) return { what, state: 'ok', found: `${retentionDays} days or more` };
  const found = `${days} days: after that a run can no longer be watched, only read from the record`;
  const mend = `Raise it: temporal operator namespace update --retention ${retentionDays}d -n NAMESPACE`;
  return { what, state: 'weak', found, mend };
}

function attributesOf({ searchAttributes }: NamespaceLack): Finding {
  const what = 'search attributes';
  if (searchAttributes.length === 0) return { what, state: 'ok', found: 'registered' };
  const found = `not registered: ${searchAttributes.join(', ')}; lists cannot be filtered by the service`;
  const mend = 'Register each: temporal operator search-attribute create --name NAME --type Keyword';
  return { what, state: 'weak', found, mend };
}
