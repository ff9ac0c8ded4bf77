import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { noteBackup } from './backup-note.ts';
import { checksums, writeManifest } from './checksums.ts';
import { type Estate, places, siteOf, type SiteName } from './layout.ts';

const run = promisify(execFile);

/** Pictures of 4 to 64 KB, named by their content, in directories by the first two letters of the name. */
export async function createUploads(estate: Estate, count: number): Promise<void> {
  const { uploads } = siteOf(estate, 'primary');
  for (let number = 0; number < count; number += 1) {
    const picture = contents(number);
    const name = createHash('sha256').update(picture).digest('hex').slice(0, 16);
    const directory = join(uploads, name.slice(0, 2));
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, `${name}.jpg`), picture);
  }
}

/** The same bytes for the same number, and as hard to compress as a picture. */
function contents(number: number): Buffer {
  const size = 4_096 * (1 + (number % 16));
  const blocks = Array.from({ length: size / 32 }, (_, block) =>
    createHash('sha256').update(`${number}/${block}`).digest(),
  );
  return Buffer.concat(blocks);
}

/** Packs the uploads into an archive with a manifest. */
export async function backUpUploads(estate: Estate): Promise<void> {
  const { uploads } = siteOf(estate, 'primary');
  const backup = places(estate).backups.uploads;
  await mkdir(dirname(backup.archive), { recursive: true });
  const time = new Date();
  await writeManifest(uploads, backup.manifest);
  await run('tar', ['-czf', backup.archive, '-C', uploads, '.']);
  await noteBackup(backup.note, { id: time.toISOString(), time });
}

/** How many uploads are in the backup, and how many of them stand at a site just as they were. */
export async function compareUploads(
  estate: Estate,
  site: SiteName,
): Promise<{ backedUp: number; there: number }> {
  const lines = (await readFile(places(estate).backups.uploads.manifest, 'utf8')).trimEnd().split('\n');
  const found = await checksums(siteOf(estate, site).uploads);
  const there = lines.filter((line) => {
    const [sum = '', path = ''] = line.split('  ');
    return found[path] === sum;
  });
  return { backedUp: lines.length, there: there.length };
}
