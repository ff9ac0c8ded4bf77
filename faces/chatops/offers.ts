import { basename } from 'node:path';
import { catalogue } from '../../actions/catalogue.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import type { Plan, Site } from '../../core/plan.ts';
import type { Roster } from '../../core/roster.ts';
import { chooseSites } from '../../language/compile/sites.ts';
import type { Problem } from '../../language/problem.ts';
import { readRunbook } from '../../language/read-runbook.ts';
import { largestDocument } from '../../language/yaml/parse.ts';
import type { SourcedRunbook } from '../../language/runbook.ts';
import { compileRunbook } from '../cli/compile-runbook.ts';
import { findRunbook } from '../cli/find-runbook.ts';
import { readRegular } from '../cli/read-regular.ts';
import { CommandFailure } from './command-failure.ts';
import type { Config } from './config.ts';
import { typed } from '../cli/typed.ts';

/** What somebody wants to start: a runbook by the name that the configuration gives it. */
export interface Wanted {
  readonly mode: 'live' | 'rehearsal';
  readonly name: string;
}

/** A runbook as it stands now, with the sites between which it would run. */
export interface Offered extends Wanted {
  readonly source: SourcedRunbook;
  readonly from: Site;
  readonly to: Site;
}

/** The runbooks of which runs may be started in the chat. */
export class Offers {
  private readonly offers: Config['start'];
  private readonly roster: Roster;

  constructor(offers: Config['start'], roster: Roster) {
    this.offers = offers;
    this.roster = roster;
  }

  /**
   * Reads a runbook as it stands now.
   * @throws CommandFailure where it is not offered, has mistakes, or is live and waits for nobody to declare it.
   */
  async read({ mode, name }: Wanted): Promise<Offered> {
    const offer = Object.hasOwn(this.offers, name) ? this.offers[name] : undefined;
    if (!offer) throw new CommandFailure(`Nothing called ${name} is started here. ${this.known()}`);
    const people = { roster: this.roster, at: Date.now() };
    const text = readRegular(offer.file, largestDocument);
    if (typeof text !== 'string')
      throw new CommandFailure(`The runbook of ${name} cannot be read: ${text.trouble}.`);
    const { runbook: source, diagnostics } = readRunbook(
      { text, file: offer.file, find: findRunbook },
      catalogue,
      people,
    );
    if (!source) throw mistakes(name, diagnostics);
    if (mode === 'live' && !source.runbook.declare) throw undeclared(name, offer.file);
    const problems: Problem[] = [];
    const ends = { from: offer.from, to: mode === 'live' ? offer.to : offer.rehearseAt };
    const sites = chooseSites(source.runbook.sites, { mode, ...defined(ends) }, problems);
    if (!sites) throw mistakes(name, problems);
    return { mode, name, source, ...sites };
  }

  /** The plan with these parameters. @throws CommandFailure where they do not fit. */
  plan({ mode, name, source, from, to }: Offered, parameters: Readonly<Record<string, string>>): Plan {
    const { plan, diagnostics } = compileRunbook({
      ...{ source, mode, parameters, from: from.name, to: to.name, roster: this.roster, now: Date.now() },
      // Nobody waits for a rehearsal, whoever started it.
      attended: mode === 'live',
    });
    if (!plan) throw mistakes(name, diagnostics);
    return plan;
  }

  private known(): string {
    const names = Object.keys(this.offers);
    return names.length > 0
      ? `There is ${names.join(', ')}.`
      : 'The configuration names no runbook (start:).';
  }
}

const defined = (ends: { from: string | undefined; to: string | undefined }) => ({
  ...(ends.from !== undefined && { from: ends.from }),
  ...(ends.to !== undefined && { to: ends.to }),
});

const mistakes = (name: string, found: readonly Pick<Diagnostic, 'summary'>[]): CommandFailure =>
  new CommandFailure(
    [`No plan could be made of ${name}.`, ...found.slice(0, 5).map(({ summary }) => summary)].join(' '),
  );

const undeclared = (name: string, file: string): CommandFailure =>
  new CommandFailure(
    `A recovery that is started in the chat waits until people have declared it, and ${name} does not say who ` +
      `(declare:). Start it at a terminal: ${typed`muster recover ${basename(file)}`}`,
  );
