import { isDeepStrictEqual } from 'node:util';
import { identityOf, type KubeObject, titleOf } from '../kubectl/objects.ts';

export interface Change {
  readonly title: string;
  readonly how: 'created' | 'configured' | 'unchanged';
  /** What differs, a line each; the values of a Secret are not among them. */
  readonly differs: readonly string[];
}

/** What the API server keeps by itself, and alters without anybody having changed the object. */
const ownFields = ['managedFields', 'resourceVersion', 'generation'];

/** What applying made, or would make, of the objects that were there. */
export function changesOf(before: readonly KubeObject[], after: readonly KubeObject[]): Change[] {
  const there = new Map(before.map((object) => [identityOf(object), content(object)]));
  return after.map((object) => {
    const was = there.get(identityOf(object));
    const title = titleOf(object);
    if (!was) return { title, how: 'created', differs: [] };
    const now = content(object);
    if (isDeepStrictEqual(was, now)) return { title, how: 'unchanged', differs: [] };
    return { title, how: 'configured', differs: differences(was, now, object.kind === 'Secret') };
  });
}

function content(object: KubeObject): Record<string, unknown> {
  const metadata = without(object.metadata, ownFields);
  return { ...without(object, ['status']), metadata };
}

const without = (object: object, keys: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));

function differences(was: unknown, now: unknown, secret: boolean, path = ''): string[] {
  if (isDeepStrictEqual(was, now)) return [];
  if (isMap(was) && isMap(now)) {
    const keys = [...new Set([...Object.keys(was), ...Object.keys(now)])];
    return keys.flatMap((key) => differences(was[key], now[key], secret, `${path}.${key}`));
  }
  return [secret ? path : `${path}: ${shown(was)} → ${shown(now)}`];
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));
