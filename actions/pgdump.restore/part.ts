import { ActionFailure } from '../action.ts';
import type { Contents, Entry } from './contents.ts';

export interface Wanted {
  /** `schema.name` each. */
  readonly tables: readonly string[];
  readonly schemas: readonly string[];
}

export interface Part {
  readonly entries: readonly Entry[];
  /** What `--use-list` is told. */
  readonly lines: readonly string[];
  /** What would have needed something that was not asked for. */
  readonly leftOut: readonly string[];
}

const relations = new Set(['TABLE', 'FOREIGN TABLE', 'VIEW', 'MATERIALIZED VIEW', 'SEQUENCE']);
/** What cannot be pulled in by what stands on it: it would come back without its data, or be more than was asked for. */
const neverPulled = new Set(['TABLE', 'FOREIGN TABLE', 'VIEW', 'MATERIALIZED VIEW']);
/** What goes with the table it belongs to; a partition does, too. */
const goesAlong = new Set(
  `TABLE,TABLE ATTACH,SEQUENCE,SEQUENCE OWNED BY,DEFAULT,CONSTRAINT,CHECK CONSTRAINT,FK CONSTRAINT,INDEX,INDEX ATTACH,TRIGGER,RULE,
STATISTICS,POLICY,ROW SECURITY,ACL,COMMENT,SECURITY LABEL,MATERIALIZED VIEW DATA`.split(/,\s*/),
);

export const inWords = ({ type, schema, name }: Entry): string =>
  `${type} ${schema === '-' ? '' : `${schema}.`}${name}`;

/**
 * Chooses tables or schemas of a dump, with all that belongs to them (indexes, constraints, triggers, partitions, what was granted) and
 * all that they stand on (types, functions, extensions). pg_restore's own `--table` leaves both out.
 * @throws ActionFailure where something is not in the dump, or needs a table that was not asked for.
 */
export function choosePart({ entries, lines }: Contents, wanted: Wanted): Part {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const chosen = new Set<Entry>();
  const missing = new Map<Entry, Entry>();
  const choose = (entry: Entry, path: readonly Entry[] = []): boolean => {
    if (chosen.has(entry) || path.includes(entry)) return true;
    for (const id of entry.needs) {
      const need = byId.get(id);
      if (!need || chosen.has(need)) continue;
      if (!neverPulled.has(need.type) && choose(need, [...path, entry])) continue;
      missing.set(entry, need);
      return false;
    }
    chosen.add(entry);
    return true;
  };
  const seeds = seedsOf(entries, wanted);
  for (const seed of seeds) choose(seed);
  const stands = (entry: Entry) => entry.needs.some((id) => isIn(chosen, byId.get(id)));
  for (let before = -1; before !== chosen.size;) {
    before = chosen.size;
    for (const entry of entries) if (goesAlong.has(entry.type) && stands(entry)) choose(entry);
  }
  const lost = seeds.find((seed) => !chosen.has(seed) && (wanted.tables.length > 0 || relations.has(seed.type))); // prettier-ignore
  if (lost) throw needsMore(lost, missing.get(lost));
  const all = entries.filter((entry) => chosen.has(entry));
  const left = entries.filter((entry) => missing.has(entry) && !chosen.has(entry));
  return { entries: all, lines: linesOf(all, lines), leftOut: left.map(inWords) };
}

const isIn = (chosen: ReadonlySet<Entry>, entry: Entry | undefined): boolean =>
  entry !== undefined && chosen.has(entry) && relations.has(entry.type);

function seedsOf(entries: readonly Entry[], { tables, schemas }: Wanted): Entry[] {
  const nowhere = [
    ...tables.filter((wanted) => !entries.some((entry) => isNamed(entry, wanted))),
    ...schemas.filter((wanted) => !entries.some(({ schema }) => schema === wanted)),
  ];
  if (nowhere.length > 0)
    throw new ActionFailure(
      `The dump has no ${nowhere.join(', ')}. Tables are named with their schema, as in public.orders.`,
      { kind: 'terminal' },
    );
  return entries.filter(
    (entry) =>
      tables.some((wanted) => isNamed(entry, wanted)) ||
      schemas.includes(entry.schema) ||
      (entry.type === 'SCHEMA' && schemas.includes(entry.name)),
  );
}

const isNamed = ({ type, schema, name }: Entry, wanted: string): boolean =>
  relations.has(type) && `${schema}.${name}` === wanted;

const needsMore = (entry: Entry, need: Entry | undefined) =>
  new ActionFailure(
    `${inWords(entry)} cannot come back without ${need ? inWords(need) : 'what it needs'}. Ask for that as well.`,
    { kind: 'terminal' },
  );

/** Data has lines in the list alone: they are those of its table. */
function linesOf(chosen: readonly Entry[], lines: readonly string[]): string[] {
  const ids = new Set(chosen.map(({ id }) => id));
  const data = new Set(
    chosen
      .filter(({ type }) => relations.has(type))
      .flatMap(({ schema, name, owner }) =>
        ['TABLE DATA', 'SEQUENCE SET'].map((type) => `${type} ${schema} ${name} ${owner}`),
      ),
  );
  return lines.filter((line) => {
    const [, id = '', what = ''] = /^(\d+); \d+ \d+ ([^]*)$/.exec(line) ?? [];
    return ids.has(id) || data.has(what);
  });
}
