import { type Estate, places } from '../../../runbooks/shop/estate/layout.ts';
import { approvers, starter } from '../../../runbooks/shop/estate/people.ts';
import { typed } from '../typed.ts';

const rule = `Two of the three on call open the gate, but not who starts this: ${starter}.`;

/** Who opens the gate where nobody is asked. */
export const playedLines: readonly string[] = [
  rule,
  `Here ${starter} tries all the same, in vain; then ${approvers.join(' and ')} sign their yes.`,
];

/** Who opens the gate, and how. */
export const approveLines = (estate: Estate): readonly string[] => [
  rule,
  `You are ${starter}. From two other terminals, when it asks:`,
  ...approvers.flatMap((person) => [
    typed`  muster approve go-live shop --as ${person} \\`,
    typed`    --key ${places(estate).key(person)}`,
  ]),
];
