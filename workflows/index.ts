export { recovery } from './recovery.ts';
export { claimKeeper } from './claim-keeper.ts';
export { courier } from './courier.ts';
