/** `orders-db` (a system), `orders-db.fence`, `go-live` (a gate), `ordering` (a function), `run.isolation`. */
export type NodeId = string;

/** system / round / phase / step, e.g. `orders-db/1/recover/restore`. */
export type Path = string;

/** The id of one start of a step or one opening of an ask: its path and number, never random. */
export type TryId = string;

/** A role of the roster, or one of the words that need none: `anyone`, `starter`, `commander`. */
export type Role = string;

/** A person as named; what proves the name is the channel's business. */
export type Person = string;

/** The way by which a decision came in. */
export type Channel = 'cli' | 'console' | 'chat' | 'webhook' | 'schedule';

/** What a run is for: the real thing, a rehearsal at an isolated site, or a walk through it with people alone. */
export type Mode = 'live' | 'rehearsal' | 'tabletop';
