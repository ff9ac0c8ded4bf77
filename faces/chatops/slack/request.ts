import { z } from 'zod';

/** A Slack user, by the ids that Slack gives: `TEAM/USER`. */
export type SlackUser = string;

interface Asked {
  readonly user: SlackUser;
  /** With it a modal may be opened, for three seconds. */
  readonly trigger: string;
  /** Where an answer that only this user sees may be sent. */
  readonly replyTo?: string;
}

/** What somebody did in Slack. */
export type SlackRequest =
  | (Asked & { readonly kind: 'command'; readonly text: string })
  | (Asked & { readonly kind: 'click'; readonly value: string })
  | (Asked & { readonly kind: 'submission'; readonly metadata: string; readonly fields: Fields });

/** What was filled in, by block: the id of the element, and its value as text. */
export type Fields = Readonly<Record<string, { readonly element: string; readonly value: string | null }>>;

/** Whom requests must be from, and where replies may go. */
export interface Pins {
  readonly team: string;
  readonly app: string;
  readonly replyHosts: readonly string[];
}

const id = z.string().regex(/^[A-Z0-9]{1,40}$/);
const text = z.string().max(10_000);

const slashCommand = z.object({
  team_id: id,
  api_app_id: id,
  user_id: id,
  command: text,
  text: text.default(''),
  trigger_id: text,
  response_url: text.optional(),
});

const interactive = z.object({
  type: z.string(),
  api_app_id: id,
  // Null where an app is installed for a whole organisation; such an app is not pinned to a team.
  team: z.object({ id }),
  user: z.object({ id, team_id: id.optional() }),
  trigger_id: text,
  response_url: text.optional(),
});

const click = z.object({ actions: z.tuple([z.object({ type: z.literal('button'), value: text })]) });

const element = z.object({
  type: z.string(),
  value: text.nullish(),
  selected_option: z.object({ value: text }).nullish(),
  selected_date_time: z.number().int().min(0).max(253_402_300_799).nullish(),
});

const submission = z.object({
  view: z.object({
    private_metadata: text,
    state: z.object({ values: z.record(text, z.record(text, element)) }),
  }),
});

/** Reads what Slack sent; a string says why it is refused. */
export function readRequest(
  type: 'slash_commands' | 'interactive',
  payload: unknown,
  pins: Pins,
): SlackRequest | string {
  return type === 'slash_commands' ? readCommand(payload, pins) : readInteraction(payload, pins);
}

function readCommand(payload: unknown, pins: Pins): SlackRequest | string {
  const { data } = slashCommand.safeParse(payload);
  if (!data) return 'malformed';
  const { team_id: team, api_app_id: app, user_id: user, trigger_id: trigger } = data;
  const wrong = unpinned({ team, app, reply: data.response_url }, pins);
  return wrong ?? { kind: 'command', user: `${team}/${user}`, trigger, text: data.text, ...reply(data) };
}

function readInteraction(payload: unknown, pins: Pins): SlackRequest | string {
  const { data } = interactive.safeParse(payload);
  if (!data) return 'malformed';
  const wrong = unpinned({ team: data.team.id, app: data.api_app_id, reply: data.response_url }, pins);
  if (wrong !== undefined) return wrong;
  // Whoever is a guest from another team in a shared channel bears that team's id.
  const user = `${data.user.team_id ?? data.team.id}/${data.user.id}`;
  const asked = { user, trigger: data.trigger_id, ...reply(data) };
  if (data.type === 'block_actions') {
    const button = click.safeParse(payload).data?.actions[0];
    return button ? { kind: 'click', ...asked, value: button.value } : 'malformed';
  }
  const view = data.type === 'view_submission' ? submission.safeParse(payload).data?.view : undefined;
  if (!view) return 'malformed';
  return {
    kind: 'submission',
    ...asked,
    metadata: view.private_metadata,
    fields: fieldsOf(view.state.values),
  };
}

function unpinned(
  from: { team: string; app: string; reply: string | undefined },
  { team, app, replyHosts }: Pins,
): string | undefined {
  if (from.team !== team) return 'other-team';
  if (from.app !== app) return 'other-app';
  if (from.reply !== undefined && !isReplyUrl(from.reply, replyHosts)) return 'other-host';
  return undefined;
}

/** Is this a URL of Slack's to reply to: its host is listed, and what is said is encrypted but on loopback. */
export function isReplyUrl(url: string, hosts: readonly string[]): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, username, password } = new URL(url);
  const safe = protocol === 'https:' || (protocol === 'http:' && /^(127\.0\.0\.1|\[::1\])(:|$)/.test(host));
  return safe && username === '' && password === '' && hosts.includes(host);
}

const reply = ({ response_url: url }: { response_url?: string | undefined }) =>
  url === undefined ? {} : { replyTo: url };

function fieldsOf(
  values: Readonly<Record<string, Readonly<Record<string, z.infer<typeof element>>>>>,
): Fields {
  return Object.fromEntries(
    Object.entries(values).flatMap(([block, elements]) => {
      const [[name, filled] = []] = Object.entries(elements);
      return name === undefined || !filled ? [] : [[block, { element: name, value: valueOf(filled) }]];
    }),
  );
}

function valueOf(filled: z.infer<typeof element>): string | null {
  const { value, selected_option: option, selected_date_time: seconds } = filled;
  if (typeof seconds === 'number') return new Date(seconds * 1_000).toISOString();
  return option?.value ?? value ?? null;
}
