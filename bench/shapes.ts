/** A graph of systems to recover, each with one step. */
export interface Shape {
  readonly name: string;
  readonly title: string;
  /** How often each side runs it. */
  readonly pairs: number;
  /** For each system the systems that it needs. */
  readonly graph: Readonly<Record<string, readonly string[]>>;
}

/** What is measured; `quick` makes everything small enough to show that it works. */
export function shapes(quick: boolean): Shape[] {
  const size = (steps: number) => (quick ? steps / 10 : steps);
  const pairs = (count: number) => (quick ? 1 : count);
  const layered = size(1_000);
  const chain = size(100);
  const parallel = size(1_000);
  const large = size(10_000);
  return [
    {
      name: 'layered',
      title: `${layered} steps in layers of 50`,
      pairs: pairs(5),
      graph: layers(layered, 50),
    },
    { name: 'chain', title: `${chain} steps in a chain`, pairs: pairs(5), graph: layers(chain, 1) },
    {
      name: 'parallel',
      title: `${parallel} steps, all parallel`,
      pairs: pairs(5),
      graph: layers(parallel, parallel),
    },
    { name: 'large', title: `${large} steps in layers of 200`, pairs: pairs(3), graph: layers(large, 200) },
  ];
}

/** Every system needs two of the layer before; of a chain, the one before. */
function layers(count: number, width: number): Shape['graph'] {
  const name = (at: number) => `s${at}`;
  const needs = (at: number) => {
    const before = Math.floor(at / width) - 1;
    if (before < 0) return [];
    const two = [at % width, (at + 1) % width].map((place) => name(before * width + place));
    return [...new Set(two)];
  };
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [name(at), needs(at)]));
}
