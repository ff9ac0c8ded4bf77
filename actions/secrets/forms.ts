/** Shorter ones would black out half of every log, and protect nothing. */
const shortest = 4;

type Rewrite = (text: string) => string;

/** How often programs break base64 into lines: coreutils, MIME and PEM. */
const base64Lines = [76, 64];

/** All the ways in which programs write a secret, as they stand in what is shown. */
export function formsOf(secret: string): string[] {
  const lines = [secret, ...secret.split(/\r?\n/)];
  // Headers are bytes to some: what was UTF-8 comes back read as Latin-1.
  const pieces = lines.flatMap((line) => [line, Buffer.from(line).toString('latin1')]);
  const forms = pieces.flatMap((piece) => [...encoded(piece), ...base64Of(piece)]);
  return [...new Set(forms)].filter((form) => form.length >= shortest);
}

function encoded(text: string): string[] {
  const hex = Buffer.from(text).toString('hex');
  const json = JSON.stringify(text).slice(1, -1);
  const url = [encodeURIComponent(text), encodeAll(text), encodeForm(text)];
  return [
    ...[text, hex, hex.toUpperCase()],
    ...url.flatMap((form) => [form, form.replaceAll('%20', '+')]).flatMap((form) => [form, inLower(form)]),
    ...jsonRewrites.map((rewrite) => rewrite(json)),
    ...markup.map((names) => text.replaceAll(/[&<>"'`=]/g, (character) => names[character] ?? character)),
  ];
}

/** `encodeURIComponent` leaves `!'()*` as they are, other libraries do not; nor `~`, in forms. */
const percent = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
const encodeAll: Rewrite = (text) => encodeURIComponent(text).replaceAll(/[!'()*]/g, percent);
const encodeForm: Rewrite = (text) => new URLSearchParams([['', text]]).toString().slice(1);
const inLower: Rewrite = (text) => text.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());

const unicode = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
const ascii: Rewrite = (json) => json.replaceAll(/[^ -~]/g, unicode);
const upper: Rewrite = (json) =>
  json.replaceAll(/[^ -~]/g, (found) => unicode(found).toUpperCase().replace('U', 'u'));
const goLike: Rewrite = (json) => json.replaceAll(/[<>&]/g, unicode);
const slashed: Rewrite = (json) => json.replaceAll('/', '\\/');
const jsonRewrites: readonly Rewrite[] = [
  (json) => json,
  ascii,
  upper,
  goLike,
  slashed,
  (json) => slashed(ascii(json)),
];

/** By XML, by Python and Handlebars, by Go; and where quotes may stay. */
const least = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const markup: readonly Readonly<Record<string, string>>[] = [
  least,
  { ...least, '"': '&quot;' },
  { ...least, '"': '&quot;', "'": '&apos;' },
  { ...least, '"': '&quot;', "'": '&#39;' },
  { ...least, '"': '&quot;', "'": '&#x27;' },
  { ...least, '"': '&quot;', "'": '&#x27;', '`': '&#x60;', '=': '&#x3D;' },
  { ...least, '"': '&#34;', "'": '&#39;' },
];

/**
 * In base64 a text looks different behind one or two other bytes (`user:password` in an Authorization header), so each
 * alignment is a form: the characters that it alone decides.
 */
function base64Of(text: string): string[] {
  const alone = Buffer.from(text).toString('base64').replace(/=+$/, '');
  const bytes = Buffer.from(text);
  const within = [0, 1, 2].map((before) => {
    const all = Buffer.concat([Buffer.alloc(before), bytes]);
    return all.toString('base64').slice(Math.ceil((before * 8) / 6), Math.floor((all.length * 8) / 6));
  });
  const lines = base64Lines.flatMap((width) =>
    alone.length > width ? (alone.match(new RegExp(`.{1,${width}}`, 'g')) ?? []) : [],
  );
  const forms = [alone, ...within, ...lines];
  return [...forms, ...forms.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))];
}
