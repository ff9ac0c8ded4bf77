import type { Runbook } from '../runbook.ts';

/**
 * What a rehearsal in a network of its own must not see: the directories and files that the other sites name
 * in their vars, because a Unix socket in a shared directory crosses a network. What its own site names, too,
 * and whatever holds that, stays visible.
 */
export function placesToHide({ sites }: Pick<Runbook, 'sites'>, site: string): string[] {
  const places = (name: string) =>
    Object.values(sites[name]?.vars ?? {}).filter((text) => text.startsWith('/'));
  const own = places(site);
  const others = Object.keys(sites).filter((name) => !sites[name]?.isolated);
  const hidden = others.flatMap(places).filter((place) => !own.some((mine) => isWithin(mine, place)));
  return [...new Set(hidden)];
}

const isWithin = (place: string, above: string): boolean =>
  `${place}/`.startsWith(above.endsWith('/') ? above : `${above}/`);
