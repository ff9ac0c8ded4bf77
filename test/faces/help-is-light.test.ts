import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const statically = /^(?:import|export) (?!type\b)[^;]*?from '([^']+)'|^import '([^']+)'/gm;

/** All that is loaded together with a module: files and packages, without what is imported when it is needed. */
function loadedWith(module: URL, seen = new Map<string, string>()): Map<string, string> {
  if (seen.has(module.href)) return seen;
  seen.set(module.href, module.pathname);
  for (const [, from, bare] of readFileSync(module, 'utf8').matchAll(statically)) {
    const name = from ?? bare ?? '';
    if (name.startsWith('.')) loadedWith(new URL(name, module), seen);
    else seen.set(name, name);
  }
  return seen;
}

describe('help', () => {
  it('loads no verb and no library but those that it is written with', () => {
    const loaded = [...loadedWith(new URL('../../faces/cli/main.ts', import.meta.url)).keys()];
    const packages = loaded.filter((name) => !/^(file|node):/.test(name));
    expect(packages.sort()).toEqual(['commander', 'picocolors']);
    expect(loaded.filter((name) => name.includes('/commands/'))).toEqual([]);
  });
});
