import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type ActionContext, ActionFailure } from '../action.ts';
import { runChild } from '../child-process.ts';
import { maybeSecret } from '../field.ts';
import { Secrets } from '../secret.ts';
import { refused } from './refusal.ts';

/** The fields of every action that speaks with a cluster. */
export const clusterFields = {
  kubeconfig: maybeSecret()
    .optional()
    .describe(
      'A path, or a reference such as `vault:…` to the content of one. Default: what kubectl finds by itself (KUBECONFIG, ~/.kube/config).',
    ),
  context: z
    .string()
    .min(1)
    .describe('The name of the context in it. The one that is current there is never taken.'),
  namespace: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be the name of a namespace')
    .optional()
    .describe('The namespace. Default: that of the context.'),
};

export interface ClusterInput {
  readonly kubeconfig?: string | undefined;
  readonly context: string;
  readonly namespace?: string | undefined;
}

export interface Call {
  /** What it is for, to be read in front of "failed". */
  readonly doing: string;
  readonly argv: readonly string[];
  readonly stdin?: string;
  /** It waits by itself, and has a limit of its own. */
  readonly waits?: true;
}

/** A cluster that answered. */
export interface Cluster {
  /** Runs kubectl there. @returns all of its standard output. @throws ActionFailure in words where it fails. */
  readonly kubectl: (call: Call) => Promise<string>;
  /** `context production (https://10.0.0.1:6443), namespace shop`. */
  readonly where: string;
  readonly server: string;
  readonly version: string;
}

/** How long one request may take, in seconds. */
const requestSeconds = 30;

/** The most that kubectl may write, in bytes: it is held in memory. */
const mostOutput = 64 * 1024 * 1024;

/**
 * Does some work in a cluster, after a look whether the context is there and its API server answers. The content of a
 * kubeconfig goes by a file that only the worker may read, and that is gone afterwards; what is secret in it is blackened.
 */
export async function inCluster<T>(
  input: ClusterInput,
  context: ActionContext,
  work: (cluster: Cluster) => Promise<T>,
): Promise<T> {
  const secrets = new Secrets();
  const file = join(context.workDirectory, 'kubeconfig');
  const own = input.kubeconfig === undefined || input.kubeconfig.startsWith('/');
  try {
    if (!own) await writeFile(file, await secrets.reveal(String(input.kubeconfig)), { mode: 0o600 });
    const kubeconfig = own ? input.kubeconfig : file;
    return await work(await reach({ ...input, kubeconfig }, secrets, context));
  } finally {
    if (!own) await rm(file, { force: true });
  }
}

async function reach(input: ClusterInput, secrets: Secrets, context: ActionContext): Promise<Cluster> {
  const { server, namespace } = await readContext(input, secrets, context);
  const where = `context ${input.context} (${server}), namespace ${namespace}`;
  const kubectl = (call: Call) => callKubectl(input, { where, secrets }, call, context);
  const version = await kubectl({ doing: 'Reaching the cluster', argv: ['get', '--raw', '/version'] });
  const { gitVersion } = z.object({ gitVersion: z.string() }).parse(JSON.parse(version));
  return { kubectl, where, server, version: gitVersion };
}

const viewShape = z.object({
  clusters: z.array(z.object({ cluster: z.object({ server: z.string() }) })).length(1),
  users: z.array(z.object({ user: z.record(z.string(), z.unknown()) })).nullish(),
  contexts: z.array(z.object({ context: z.object({ namespace: z.string().optional() }) })).length(1),
});

/** What of a user in a kubeconfig is secret. */
const secretKeys = ['token', 'password', 'client-key-data'];

/** The server of the context; the secrets that it is reached with are kept out of what is shown from here on. */
async function readContext(input: ClusterInput, secrets: Secrets, context: ActionContext) {
  const where = `kubeconfig ${input.kubeconfig ?? 'of the worker'}`;
  const doing = `Reading the context ${input.context}`;
  const argv = ['config', 'view', '--raw', '--minify', '--output=json'];
  const text = await callKubectl(input, { where, secrets }, { doing, argv }, context).catch(
    noSuchContext(input),
  );
  const { clusters, users, contexts } = parseView(text, input);
  for (const { user } of users ?? [])
    for (const key of secretKeys) if (typeof user[key] === 'string') secrets.keep(user[key]);
  return {
    server: clusters[0]!.cluster.server,
    namespace: input.namespace ?? contexts[0]!.context.namespace ?? 'default',
  };
}

function parseView(text: string, { context }: ClusterInput): z.output<typeof viewShape> {
  const parsed = viewShape.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new ActionFailure(`The context ${context} names no cluster with a server.`, {
    kind: 'terminal',
  });
}

const noSuchContext =
  ({ context, kubeconfig = 'the kubeconfig of the worker' }: ClusterInput) =>
  (error: unknown): never => {
    if (!(error instanceof ActionFailure) || !/(cannot locate|no) context/.test(error.message)) throw error;
    throw new ActionFailure(
      `There is no context ${context} in ${kubeconfig}. The current context is never taken instead: name one that is there (kubectl config get-contexts).`,
      { kind: 'terminal' },
    );
  };

interface Surroundings {
  readonly where: string;
  readonly secrets: Secrets;
}

async function callKubectl(
  input: ClusterInput,
  { where, secrets }: Surroundings,
  { doing, argv, stdin, waits }: Call,
  context: ActionContext,
): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const program = [
    'kubectl',
    `--context=${input.context}`,
    ...(input.kubeconfig === undefined ? [] : [`--kubeconfig=${input.kubeconfig}`]),
    ...(input.namespace === undefined ? [] : [`--namespace=${input.namespace}`]),
    // Not the worker's cache: a cluster that was built anew at the same address knows other kinds.
    `--cache-dir=${join(context.workDirectory, 'kubectl-cache')}`,
    ...(waits ? [] : [`--request-timeout=${requestSeconds}s`]),
    ...argv,
  ];
  const log = (line: string) => context.log(secrets.redact(line));
  const { exit, stderr } = await runChild(
    program,
    { ...context, log },
    {
      ...(stdin !== undefined && { stdin }),
      onStdout: (chunk) => {
        bytes += chunk.length;
        if (bytes <= mostOutput) chunks.push(chunk);
      },
    },
  );
  if (exit !== 0) throw refused({ doing, exit, said: secrets.redact(stderr.text(4_000)) }, where);
  if (bytes > mostOutput)
    throw new ActionFailure(`${doing} failed: kubectl wrote ${bytes} bytes, more than can be read here.`, {
      kind: 'terminal',
    });
  return Buffer.concat(chunks).toString();
}
