import Handlebars from 'handlebars';

/** A piece of a text as written: literal text, or a path in double braces with the offset of its `{{`. */
export type TemplatePart =
  { readonly text: string } | { readonly path: readonly string[]; readonly at: number };

/** Why a text is no template that Muster reads, and the offset in the text where the trouble starts. */
export interface TemplateProblem {
  readonly problem: string;
  readonly at: number;
}

const plainPath = /^\{\{\s*([\w-]+(?:\.[\w-]+)*)\s*\}\}$/;

/**
 * Reads a text with Handlebars' parser and keeps nothing but literal text and plain paths (`{{a.b-c.d}}`);
 * nothing is rendered, so what a path is filled with stays text for ever. `\{{` is a literal `{{`, as in
 * Handlebars. Helpers, blocks, partials, literals, `this`, `../`, `@data`, comments, triple braces, raw
 * blocks and white space control are problems. Text without `{{` is taken as it is.
 */
export function readTemplate(text: string): { readonly parts: readonly TemplatePart[] } | TemplateProblem {
  if (!text.includes('{{')) return { parts: text === '' ? [] : [{ text }] };
  const body = parse(text);
  if ('problem' in body) return body;
  const offset = offsets(text);
  const parts: TemplatePart[] = [];
  for (const statement of body.statements) {
    const part = readStatement(text, statement, offset);
    if ('problem' in part) return part;
    const last = parts.at(-1);
    if ('text' in part && last && 'text' in last) parts[parts.length - 1] = { text: last.text + part.text };
    else if (!('text' in part) || part.text !== '') parts.push(part);
  }
  return { parts };
}

function readStatement(
  text: string,
  statement: hbs.AST.Statement,
  offset: (place: hbs.AST.Position) => number,
): TemplatePart | TemplateProblem {
  if (statement.type === 'ContentStatement') return { text: (statement as hbs.AST.ContentStatement).value };
  const at = offset(statement.loc.start);
  const source = text.slice(at, offset(statement.loc.end));
  if (statement.type !== 'MustacheStatement') return { problem: refusal(statement.type, source), at };
  const { path, params } = statement as hbs.AST.MustacheStatement;
  const written = plainPath.exec(source)?.[1];
  const parts = path.type === 'PathExpression' ? (path as hbs.AST.PathExpression).parts : [];
  // `this.x` loses its `this` in the tree: what was read must be what was written.
  if (written !== undefined && parts.join('.') === written) return { path: written.split('.'), at };
  return { problem: refusal(params.length > 0 ? 'Helper' : path.type, source), at };
}

const notAllowed: Readonly<Record<string, string>> = {
  BlockStatement: 'blocks are not part of the language',
  PartialStatement: 'partials are not part of the language',
  PartialBlockStatement: 'partials are not part of the language',
  Decorator: 'decorators are not part of the language',
  DecoratorBlock: 'decorators are not part of the language',
  CommentStatement: 'comments inside a text are not part of the language; use a YAML comment',
  Helper: 'helpers are not part of the language',
  PathExpression: 'only a plain path of letters, digits, _ and - may stand in double braces',
};

const refusal = (type: string, source: string): string =>
  `${source}: ${notAllowed[type] ?? 'a literal needs no braces'}`;

function parse(text: string): { readonly statements: readonly hbs.AST.Statement[] } | TemplateProblem {
  try {
    return { statements: Handlebars.parseWithoutProcessing(text).body };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const line = Number(/line (\d+)/.exec(error.message)?.[1] ?? 1);
    const start = offsets(text)({ line, column: 0 });
    const at = Math.max(text.indexOf('{{', start), text.indexOf('{{'));
    return { problem: `${text.slice(at, at + 40)}: the braces do not hold a path, or do not close`, at };
  }
}

/** Handlebars counts lines from 1 and ends them at \n, \r\n and \r. */
function offsets(text: string): (place: hbs.AST.Position) => number {
  const starts = [0, ...[...text.matchAll(/\r\n?|\n/g)].map((end) => end.index + end[0].length)];
  return ({ line, column }) => (starts[line - 1] ?? text.length) + column;
}
