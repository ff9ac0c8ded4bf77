export { recovery } from './recovery.ts';
export { claimKeeper } from './claim-keeper.ts';
export { points } from './points.ts';
export { courier } from './courier.ts';
