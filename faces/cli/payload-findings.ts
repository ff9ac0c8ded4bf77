import { ClientFailure } from '../../client/failure.ts';
import type { PayloadHealth } from '../../client/payload-health.ts';
import { type PayloadKeys, payloadKeysFile, readPayloadKeys } from '../../client/payload-keys.ts';
import type { Finding } from '../../local/doctor/finding.ts';

const what = 'payloads';

/** Whether what crosses Temporal is encrypted here, and by which key; with the keys, where they can be had. */
export async function payloadKeysFinding(
  home: string,
  named: string | undefined,
): Promise<{ readonly finding: Finding; readonly keys?: PayloadKeys }> {
  try {
    const keys = await readPayloadKeys(home, named);
    if (!keys) return { finding: { what, state: 'ok', found: notEncrypted } };
    const others = [...keys.keys.keys()].filter((id) => id !== keys.current);
    const reads = others.length > 0 ? `; ${others.join(', ')} only read` : '';
    return {
      keys,
      finding: { what, state: 'ok', found: `encrypted with the key ${keys.current}${reads} (${keys.file})` },
    };
  } catch (failure) {
    if (!(failure instanceof ClientFailure)) throw failure;
    const mend = `Mend ${payloadKeysFile(home, named)}: no worker and no verb starts with it.`;
    return { finding: { what, state: 'missing', found: failure.message, mend } };
  }
}

const notEncrypted =
  'not encrypted: plans, parameters and outputs stand readable in Temporal (docs/operations.md says how to change that)';

/** By which keys the open workflows were written: those are still needed. */
export function openPayloadFindings(
  { plain, byKey }: PayloadHealth,
  keys: PayloadKeys | undefined,
): readonly Finding[] {
  const ids = Object.keys(byKey);
  if (ids.length === 0 && !keys) return [];
  const found = [
    ...ids.map((id) => `${byKey[id]} by the key ${id}`),
    ...(plain > 0 ? [`${plain} not encrypted, begun before there were keys`] : []),
  ];
  if (found.length === 0) return [];
  const lost = ids.filter((id) => !keys?.keys.has(id));
  const words = `of open runs, with the claims and the courier: ${found.join(', ')}`;
  if (lost.length === 0) return [{ what, state: 'ok', found: words }];
  const mend = `Put the key ${lost.join(', ')} back into the file of payload keys of every host: without it they do not go on.`;
  return [{ what, state: 'missing', found: words, mend }];
}
