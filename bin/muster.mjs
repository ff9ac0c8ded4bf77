#!/usr/bin/env node
import { existsSync } from 'node:fs';
import module from 'node:module';

// Compiled code is kept between starts where Node can (22.1 and later): a start costs a third less.
module.enableCompileCache?.();

const main = new URL('../dist/faces/cli/main.js', import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  console.error(
    'muster: it is not built. In a clone start ./muster, or run `npm ci && npm run build` first.',
  );
  process.exitCode = 2;
}
