import { join } from 'node:path';
import type { Runs } from '../../client/runs.ts';
import type { Sign } from '../../client/service.ts';
import type { Roster, RosterSignature } from '../../core/roster.ts';
import type { Milliseconds } from '../../core/units.ts';
import { Journal, readJournal } from '../../record/journal.ts';
import type { Unproposed } from '../hooks/unproposed.ts';
import type { Config } from './config.ts';
import { Desk, leftOrders } from './desk.ts';
import { Follower } from './follower.ts';
import { Front } from './front.ts';
import { greet } from './greet.ts';
import { Handler } from './handler.ts';
import { startsIn } from './left-starts.ts';
import { Marks } from './marks.ts';
import { Offers } from './offers.ts';
import { outcomeWords } from './outcome-words.ts';
import { Poster } from './poster.ts';
import { Starter, type StarterOptions } from './starter.ts';
import { slackCall } from './slack/api.ts';
import { serveHttp } from './slack/http-server.ts';
import { section } from './slack/message.ts';
import { replyBy } from './slack/reply.ts';
import { SlackSocket } from './slack/socket.ts';
import { proofsIn, slackVerifier } from './slack/verify.ts';

export interface ChatopsOptions {
  readonly config: Config;
  readonly roster: Roster;
  /** Who vouches for it: it goes with what is started. */
  readonly rosterSignature?: RosterSignature;
  /** Where the journal lies, and how far the telling has come. Nobody else may use it meanwhile. */
  readonly directory: string;
  /** The runs of the service; asked for at each use, for a connection may be replaced. */
  readonly runs: () => Runs;
  /** Vouches for who decides. */
  readonly sign?: Sign;
  /** Something did not work; what can be tried again is. */
  readonly onProblem: (problem: unknown) => Promise<void> | void;
  /** Alarms that nothing was proposed of. */
  readonly unproposed?: () => readonly Unproposed[];
  /** Slack has answered: what is told and taken here arrives. */
  readonly onJoined?: () => void;
  /** How often the runs are looked at. */
  readonly every?: Milliseconds;
}

export interface Chatops {
  /** In HTTP mode. */
  readonly port?: number;
  /** Ends it; what was begun is finished first. */
  close(): Promise<void>;
}

/** Joins the runs of a service to a Slack channel, until it is closed. */
export async function startChatops(options: ChatopsOptions): Promise<Chatops> {
  const { config, roster, directory, runs, sign, onProblem } = options;
  // First what may refuse to be there at all.
  if (config.mode === 'http') slackVerifier(config.signingSecret);
  const journalFile = join(directory, 'journal.jsonl');
  const journal = await Journal.open(journalFile);
  const proofs = await proofsIn(readJournal(journalFile));
  const verify = config.mode === 'http' ? slackVerifier(config.signingSecret, Date.now, proofs) : undefined;
  const left = await leftOrders(readJournal(journalFile));
  const starts = await startsIn(readJournal(journalFile));
  const marks = await Marks.read(join(directory, 'told.json'), Date.now());
  await marks.save();
  const slack = slackCall(config.api, config.botToken);
  const reply = replyBy(slack, config.channel);
  const desk = new Desk({ journal, runs, ...(sign && { sign }), onChange: () => follower.nudge() });
  const poster = new Poster(slack, config.channel, marks);
  const every = options.every === undefined ? {} : { every: options.every };
  const follower = new Follower({
    ...{ runs, marks, poster, desk, roster, onProblem, ...every },
    ...{ runbooks: config.runbooks, unproposed: options.unproposed ?? (() => []) },
  });
  const refuse = (why: string, body: string) => front.refuse(why, body);
  const parts = { journal, slack, reply, refuse, accepted: starts.accepted, onChange: follower.nudge };
  const starter = starterOf(options, parts);
  const handler = new Handler({ roster, desk, runs, slack, reply, refuse, starter, view: follower.view });
  const front: Front = new Front({
    pins: config,
    journal,
    handle: (request) => handler.handle(request),
    onProblem: (problem) => void onProblem(problem),
  });
  for (const order of left)
    front.background(async () => reply(order, [section(outcomeWords(order, await desk.send(order)))]));
  for (const order of starts.left) front.background(() => starter.left(order));
  const following = follower.follow();
  const stopping = new AbortController();
  let connected = () => {};
  const connection = new Promise<void>((resolve) => void (connected = resolve));
  const entrance = await enter(config, verify, front, { onProblem, onGreeted: connected });
  const { onJoined } = options;
  if (onJoined) {
    const { team, channel } = config;
    const greeted = greet({ slack, team, channel, onProblem, signal: stopping.signal });
    const joined = Promise.all([greeted, connection]).then(([known]) => known && onJoined());
    joined.catch(onProblem);
  }
  return {
    ...(entrance.port !== undefined && { port: entrance.port }),
    close: async () => {
      stopping.abort();
      await entrance.close();
      await front.settled();
      follower.stop();
      await following;
      await journal.close();
    },
  };
}

type Parts = Omit<StarterOptions, 'offers' | 'people' | 'runs' | 'sign'>;

const starterOf = ({ config, roster, rosterSignature, runs, sign }: ChatopsOptions, parts: Parts): Starter =>
  new Starter({
    ...parts,
    runs,
    offers: new Offers(config.start, roster),
    people: { roster, ...(rosterSignature && { rosterSignature }) },
    ...(sign && { sign }),
  });

async function enter(
  config: Config,
  verify: ReturnType<typeof slackVerifier> | undefined,
  front: Front,
  { onProblem, onGreeted }: Pick<ChatopsOptions, 'onProblem'> & { readonly onGreeted: () => void },
): Promise<{ readonly port?: number; close(): Promise<void> }> {
  const tell = (problem: unknown) => void onProblem(problem);
  if (config.mode === 'http') {
    onGreeted(); // Slack comes to us
    return serveHttp({ host: config.host, port: config.port, verify: verify!, front, onProblem: tell });
  }
  const call = slackCall(config.api, config.appToken);
  const open = async () => socketUrl(String((await call('apps.connections.open', {}))['url']), config.api);
  return new SlackSocket({ app: config.app, open, front, onProblem: tell, onGreeted });
}

/** Slack's answer names where to connect; it must be Slack's, and encrypted but for a Slack on loopback. */
function socketUrl(url: string, api: string): string {
  const { protocol, hostname } = new URL(url);
  const isSlack = protocol === 'wss:' && hostname.endsWith('.slack.com');
  const isSame = api.startsWith('http:') && hostname === new URL(api).hostname;
  if (isSlack || isSame) return url;
  throw new Error(`Slack names a place to connect to that is not its own: ${hostname}.`);
}
