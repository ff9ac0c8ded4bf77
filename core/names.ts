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
