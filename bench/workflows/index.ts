export { byHand } from './by-hand.ts';
export { byHandGates } from './by-hand-gates.ts';
