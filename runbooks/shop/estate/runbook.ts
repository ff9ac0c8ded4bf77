import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseDocument } from 'yaml';
import { type Estate, places, shop, siteOf } from './layout.ts';

/** Writes the shop's runbook beside the estate: the committed text, with this estate's places and ports as vars. */
export function writeRunbook(estate: Estate): void {
  const { backups, control, runbook } = places(estate);
  const front = `127.0.0.1:${estate.ports.traffic}`;
  const document = parseDocument(readFileSync(join(shop, 'runbook.yaml'), 'utf8'));
  const sites = (['primary', 'standby', 'rehearsal'] as const).map((name) => siteOf(estate, name));
  for (const { name, data, databasePort, api } of sites) {
    const vars = {
      data,
      port: databasePort,
      api,
      backups: dirname(backups.orders),
      services: join(shop, 'services'),
      postgres: estate.binaries,
      front: `http://${front}`,
      trafficControl: control,
    };
    document.setIn(['sites', name, 'vars'], document.createNode(vars));
  }
  const addresses = sites.slice(0, 2).flatMap(({ databasePort, api }) => [`127.0.0.1:${databasePort}`, api]);
  document.setIn(
    ['sites', 'rehearsal', 'isolated', 'cannotReach'],
    document.createNode([...addresses, front]),
  );
  writeFileSync(runbook, document.toString({ lineWidth: 0 }));
}
