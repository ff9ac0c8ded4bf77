/** Every action: one line each, in the order of their names. All else follows from the folder's name. */
export { description as cleanupSweep } from './cleanup.sweep/describe.ts';
export { description as command } from './command/describe.ts';
export { description as filesRestore } from './files.restore/describe.ts';
export { description as httpCheck } from './http.check/describe.ts';
export { description as isolationCheck } from './isolation.check/describe.ts';
export { description as manual } from './manual/describe.ts';
export { description as networkClose } from './network.close/describe.ts';
export { description as networkOpen } from './network.open/describe.ts';
export { description as noop } from './noop/describe.ts';
export { description as postgresRestore } from './postgres.restore/describe.ts';
export { description as postgresStop } from './postgres.stop/describe.ts';
export { description as processStart } from './process.start/describe.ts';
export { description as processStop } from './process.stop/describe.ts';
export { description as restoreUndo } from './restore.undo/describe.ts';
export { description as script } from './script/describe.ts';
export { description as sqlCheck } from './sql.check/describe.ts';
export { description as tcpCheck } from './tcp.check/describe.ts';
