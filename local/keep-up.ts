/** What is to stay up, how to see that it does, and how to start it. */
export interface KeptUp {
  readonly isUp: () => boolean;
  readonly start: () => Promise<void>;
}

/** How often in a row it had to be started, and what the last start threw. */
export interface Upkeep {
  readonly starts: number;
  readonly failure?: Error;
}

const longestPauseMs = 30_000;
/** What stayed up for so long and then ended was killed; it is no sign that it cannot stay up. */
const steadyAfterMs = 5_000;

/**
 * Returns a function that is called again and again and starts what is not up: at once the first time, later and
 * later (half a second to half a minute) while it keeps ending. `now` is in milliseconds.
 */
export function keepUp({ isUp, start }: KeptUp): (now: number) => Promise<Upkeep> {
  let upkeep: Upkeep = { starts: 0 };
  let lastStart = 0;
  return async (now) => {
    const since = now - lastStart;
    if (isUp()) {
      if (since > steadyAfterMs) upkeep = { starts: 0 };
      return upkeep;
    }
    const { starts } = upkeep;
    const pause = starts === 0 ? 0 : Math.min(longestPauseMs, 250 * 2 ** starts);
    if (since < pause) return upkeep;
    lastStart = now;
    upkeep = { starts: starts + 1 };
    await start().catch((failure: Error) => (upkeep = { starts: starts + 1, failure }));
    return upkeep;
  };
}
