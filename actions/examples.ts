import { shownPath } from './file-names.ts';

/** So many are named; a message that names a million is read by nobody. */
const mostNamed = 5;

/** A count of things of one kind, with the first few by name. */
export class Examples {
  readonly #what: string;
  readonly #named: string[] = [];
  count = 0;

  constructor(what: string) {
    this.#what = what;
  }

  add(name: string): void {
    this.count += 1;
    if (this.count <= mostNamed) this.#named.push(JSON.stringify(shownPath(name.slice(0, 200))));
  }

  toString(): string {
    const more = this.count > mostNamed ? ', …' : '';
    return `${this.count} ${this.#what} (${this.#named.join(', ')}${more})`;
  }
}
