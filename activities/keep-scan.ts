import type { PerformInput, PerformResult } from '../contract/perform.ts';
import { noteScan } from '../host/scans.ts';

/**
 * Where a step that passed found nothing in a restored recovery point, keeps that for the lists of points. That it could not be
 * kept is said; the scan is not made anew for it.
 */
export async function keepScan(
  home: string,
  { run, try: id }: PerformInput,
  result: PerformResult,
): Promise<PerformResult> {
  const { outcome, found } = result;
  if (outcome !== 'passed' || !found.scanned) return result;
  try {
    await noteScan(home, { run, try: id, at: Date.now(), ...found.scanned });
    return result;
  } catch (error) {
    const message = `nothing was found, but \`muster points\` will not know it: ${(error as Error).message}`;
    return { ...result, found: { ...found, message } };
  }
}
