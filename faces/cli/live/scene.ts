import type { Colors } from 'picocolors/types.js';
import type { Progress } from '../../../actions/action.ts';
import type { Person } from '../../../core/names.ts';
import type { RunView } from '../../../core/view.ts';
import type { Clock } from '../time.ts';

/** All that a picture of a run is drawn from. Texts of `view` and `progress` are already printable. */
export interface Scene {
  readonly view: RunView;
  readonly progress: Readonly<Record<string, Progress>>;
  readonly columns: number;
  /** Lines that there is room for. */
  readonly rows: number;
  readonly paint: Colors;
  readonly clock: Clock;
  /** Who looks: what waits for this person is said first. */
  readonly person: Person;
}
