import type { Runs } from '../../../client/runs.ts';
import type { AskView, RunView } from '../../../core/view.ts';
import { choicesOf } from '../asks.ts';
import { musterHome } from '../../../local/home.ts';
import type { Cli } from '../cli.ts';
import { orphanNotice } from '../orphan-notice.ts';
import type { Key } from '../terminal.ts';
import { clockIn } from '../time.ts';
import { isFor, mayChoose } from '../whom.ts';
import { keyOf } from './ask-lines.ts';
import { decideWords } from './decide-words.ts';
import { beginDialog, type Dialog, dialogLines, press } from './dialog.ts';
import { frame } from './frame.ts';
import { safe } from './safe.ts';
import type { Scene } from './scene.ts';
import { type Screen, screenOn } from './screen.ts';
import { type Leaving, type Look, lostWords, type Viewer } from './viewer.ts';
import { wrap } from './width.ts';

interface Options {
  readonly run: string;
  readonly person: string;
  readonly leave: (how: Leaving) => void;
}

/** Shows a run as a picture that is redrawn in place, and lets the person at the keyboard answer what is asked. */
export class LiveViewer implements Viewer {
  readonly #cli: Cli;
  readonly #options: Options;
  readonly #screen: Screen;
  readonly #deafen: () => void;
  #size: { readonly columns: number; readonly rows: number };
  /** As it was read, to send back, and the same made printable, to draw. */
  #seen: Look | undefined;
  #shown: Look | undefined;
  #runs: Runs | undefined;
  #dialog: Dialog | undefined;
  #notice = '';
  #silence = '';
  /** What the worker of this host says of steps that belong to no open run. */
  #orphans: readonly string[] = [];
  #skipped = 0;
  #closed = false;

  constructor(cli: Cli, options: Options) {
    this.#cli = cli;
    this.#options = options;
    this.#size = cli.terminal.size();
    this.#screen = screenOn((text) => cli.terminal.err(text));
    this.#deafen = cli.terminal.asks ? cli.terminal.onKey((key) => this.#hear(key)) : () => undefined;
  }

  async look(runs: Runs): Promise<RunView> {
    const { run } = this.#options;
    const [view, progress] = await Promise.all([runs.view(run), runs.progress(run)]);
    this.#orphans = orphanNotice(musterHome(), clockIn(this.#cli.zone, view.now));
    this.#runs = runs;
    this.#seen = { view, progress };
    this.#shown = safe(this.#seen);
    this.#silence = '';
    // What was being answered may have been decided by somebody else meanwhile.
    if (!view.asks.some((ask) => ask.try === this.#dialog?.ask.try)) this.#dialog = undefined;
    this.#draw();
    return view;
  }

  lost(reason: string, last: RunView | undefined): void {
    this.#silence = lostWords(reason, last);
    this.#draw();
  }

  close(): void {
    this.#deafen();
    this.#dialog = undefined;
    this.#draw({ keys: false });
    this.#closed = true;
    this.#screen.close();
  }

  #hear(key: Key): void {
    if (this.#dialog) this.#answer(this.#dialog, key);
    else if (key.ctrl && key.name === 'c') this.#options.leave('interrupted');
    else if (key.name === 'q') this.#options.leave('left');
    else if (key.name === 'tab') this.#skipped += 1;
    else this.#dialog = this.#chosen(key);
    this.#draw();
  }

  #answer(dialog: Dialog, key: Key): void {
    const turn = press(dialog, key);
    this.#dialog = turn.then === 'goes on' ? turn.dialog : undefined;
    if (turn.then === 'decided') void this.#decide(turn.dialog, turn.reason);
  }

  async #decide({ ask, choice, answers }: Dialog, reason: string): Promise<void> {
    if (!this.#runs) return;
    const { run, person } = this.#options;
    const actor = { by: person, channel: 'cli', reason } as const;
    this.#notice = 'Sending the decision …';
    const answer = { ...actor, ask: ask.try, choice: choice.name, answers, rests: ask.rests };
    this.#notice = await decideWords(this.#cli, { runs: this.#runs, run, title: choice.title }, answer);
    this.#draw();
  }

  /** The ask that the keys mean: the first that this person can answer; Tab goes on to the next. */
  #current(): AskView | undefined {
    if (!this.#seen) return undefined;
    const { view } = this.#seen;
    const mine = view.asks.filter((ask) => isFor(ask, this.#options.person, view));
    return mine[this.#skipped % Math.max(1, mine.length)];
  }

  #chosen(key: Key): Dialog | undefined {
    const ask = this.#current();
    if (!ask || !this.#seen) return undefined;
    const { view } = this.#seen;
    const choice = choicesOf(ask).find((_, index) => keyOf(ask, index) === key.text);
    return choice && mayChoose(ask, choice, this.#options.person, view)
      ? beginDialog(ask, choice)
      : undefined;
  }

  #draw({ keys } = { keys: this.#cli.terminal.asks }): void {
    const scene = this.#scene();
    // An answer may still come in after the picture was left.
    if (!scene || this.#closed) return;
    const current = this.#current()?.try;
    const foot = this.#dialog
      ? dialogLines(safe(this.#dialog))
      : keys
        ? ['[q] leave the view; the run goes on']
        : [];
    const notices = safe([...this.#orphans, this.#silence, this.#notice]);
    const last = [...notices, ...foot].flatMap((text) => wrap(text, scene.columns));
    this.#screen.draw(frame(scene, { keys, last, ...(current === undefined ? {} : { current }) }));
  }

  #scene(): Scene | undefined {
    if (!this.#shown) return undefined;
    const { terminal, paint, zone } = this.#cli;
    const { columns, rows } = terminal.size();
    if (columns !== this.#size.columns || rows !== this.#size.rows) this.#screen.reset();
    this.#size = { columns, rows };
    const clock = clockIn(zone, this.#shown.view.now);
    return { ...this.#shown, columns, rows: rows - 1, paint, clock, person: this.#options.person };
  }
}
