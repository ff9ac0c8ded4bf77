import { ActionFailure, type ActionContext } from '../action.ts';
import { runChild } from '../child-process.ts';

/** Says in a word what it saw, because an exit code may as well be that of what leads into the site. */
const look = `
reached() {
  case $1 in
  /*) [ -e "$1" ] && { [ ! -d "$1" ] || [ -n "$(ls -A "$1" 2>/dev/null)" ]; } ;;
  *) timeout 2 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$2" "$3" 2>/dev/null ;;
  esac
}
command -v bash >/dev/null && command -v timeout >/dev/null || { echo no-tools; exit 1; }
if reached "$@"; then echo reached; else echo not-reached; fi`;

/**
 * Whether a place can be reached from inside a site that this host enters by a command. A socket counts as
 * reached when it is there.
 */
export async function reachesFromSite(place: string, context: ActionContext): Promise<boolean> {
  const colon = place.lastIndexOf(':');
  const [host, port] = [place.slice(0, colon).replace(/^\[|\]$/g, ''), place.slice(colon + 1)];
  const { stdout, stderr } = await runChild(['sh', '-c', look, 'look', place, host, port], context);
  const word = stdout.text(200).trim();
  if (word === 'reached' || word === 'not-reached') return word === 'reached';
  const said = word === 'no-tools' ? 'the site has no bash or no timeout' : stderr.text(500).trim();
  throw new ActionFailure(`it cannot be told whether ${place} can be reached from the site: ${said}`);
}
