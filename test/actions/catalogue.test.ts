import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { Description } from '../../actions/action.ts';
import { catalogue } from '../../actions/catalogue.ts';
import { loadAction } from '../../actions/registry.ts';
import { contextOf, temporaryDirectory } from './action-context.ts';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'actions');
const folders = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'describe.ts')));
const named = catalogue.map((description) => [description.name, description] as const);

describe('the catalogue', () => {
  it('has a line for every folder that describes an action, in the order of their names', () => {
    expect(catalogue.map(({ name }) => name)).toEqual(folders.sort());
  });

  it.each(named)(
    'describes %s in its own folder, every field of its input with it',
    async (name, description) => {
      const module = (await import(join(folder, name, 'describe.ts'))) as { description: Description };
      expect(module.description).toBe(description);
      expect(description.summary).toMatch(/^[A-Z].*\.$/);
      for (const [field, shape] of Object.entries(description.input.shape)) {
        expect([field, (shape as z.ZodType).description]).toEqual([field, expect.stringMatching(/^\S.*\.$/)]);
      }
    },
  );

  it.each(named)('gives %s a closed input that an editor can be told', (_, { input }) => {
    const schema = z.toJSONSchema(input, { io: 'input', target: 'draft-07' });
    expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
  });

  it.each(named)(
    'loads what runs %s, unless people do it or it is another run',
    async (name, description) => {
      const action = await loadAction(name);
      expect(typeof action?.run).toBe(
        description.asksPeople || description.startsRun ? 'undefined' : 'function',
      );
    },
  );

  it.each(named.filter(([, { points }]) => points))(
    'lists the recovery points of %s, and knows by which fields one is pinned',
    async (name, { points, input }) => {
      expect(typeof (await loadAction(name))?.list).toBe('function');
      for (const field of Object.values(points!)) expect(Object.keys(input.shape)).toContain(field);
    },
  );

  it.each(named.filter(([name, one]) => /\.(check|scan)$/.test(name) && one.provesByItself && !one.internal))(
    'has %s keep what it expects beside what it finds, though it needs to be told nothing',
    (_, { expects = {}, findings }) => {
      expect(Object.keys(expects)).not.toEqual([]);
      expect(Object.keys(findings)).toEqual(expect.arrayContaining(Object.keys(expects)));
    },
  );

  it.each(named.filter(([, { points }]) => points))(
    'says of every exit code of the tools of %s what it means and what may come next',
    (_, { exits = {} }) => {
      expect(Object.keys(exits)).not.toEqual([]);
      for (const { other, ...known } of Object.values(exits))
        for (const { means } of [other, ...Object.values(known)]) expect(means).toMatch(/^\w.*[^.]$/);
    },
  );

  it('loads nothing else, whatever the name', async () => {
    for (const name of ['nothing', '../test', '__proto__', ''])
      expect(await loadAction(name)).toBeUndefined();
  });
});

describe('a site that is entered by a command', () => {
  it('refuses what works on the files and sockets of the worker host', async () => {
    const action = await loadAction('tcp.check');
    const context = { ...contextOf(temporaryDirectory()), enter: ['ssh', 'elsewhere'] };
    await expect(action?.run({ address: '127.0.0.1:1', timeout: 100 } as never, context)).rejects.toThrow(
      "tcp.check works on the worker's own host",
    );
  });
});

describe('noop', () => {
  it('finds what it is told to have found', async () => {
    const action = await loadAction('noop');
    const input = action?.description.input.parse({ outputs: { port: 5432 } });
    expect(await action?.run(input as never, contextOf(temporaryDirectory()))).toEqual({
      outputs: { port: 5432 },
      findings: {},
    });
  });
});
