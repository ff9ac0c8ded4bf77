/**
 * Seats everybody at once, each on another seat, or says that this cannot be. The same question asked the
 * other way round, for each seat the people who may fill it, tells whether enough people are there.
 * Kuhn's augmenting paths; the same input gives the same seats.
 * @param mayFill for each person the numbers of the seats that she may fill.
 * @returns for each person her seat, or undefined where not all can sit.
 */
export function seatAll(mayFill: readonly (readonly number[])[]): readonly number[] | undefined {
  const sitter = new Map<number, number>();
  for (const person of mayFill.keys()) {
    if (!sits(person, mayFill, sitter, new Set())) return undefined;
  }
  const seats = mayFill.map(() => -1);
  for (const [seat, person] of sitter) seats[person] = seat;
  return seats;
}

/** Whether a person finds a seat: a free one, or one whose sitter can move on to another. */
function sits(
  person: number,
  mayFill: readonly (readonly number[])[],
  sitter: Map<number, number>,
  tried: Set<number>,
): boolean {
  for (const seat of mayFill[person]!) {
    if (tried.has(seat)) continue;
    tried.add(seat);
    const before = sitter.get(seat);
    if (before !== undefined && !sits(before, mayFill, sitter, tried)) continue;
    sitter.set(seat, person);
    return true;
  }
  return false;
}
