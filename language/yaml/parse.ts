import { Composer, type Document, Lexer, Parser, type YAMLError } from 'yaml';
import type { Problem } from '../problem.ts';

/** A syntax tree whose scalars are source text, or why there is none. */
export interface ParsedYaml {
  readonly document?: Document.Parsed;
  readonly problems: readonly Problem[];
}

/** Of the text of a file, in bytes. */
export const largestDocument = 4 * 1024 * 1024;
const deepest = 64;
/** Syntax errors breed more of their kind; what comes after these many tells nobody anything. */
const mostSyntaxErrors = 20;

/**
 * Parses the one YAML document of a file. What could harm the process (size, depth) ends it before the tree
 * is composed: the composer recurses, and a document that is nested deeply enough aborts Node uncatchably.
 */
export function parseYaml(text: string): ParsedYaml {
  if (Buffer.byteLength(text) > largestDocument) return { problems: [tooLarge(text)] };
  const unprintable = controlCharacter.exec(text);
  if (unprintable) return { problems: [unreadable(text, unprintable.index)] };

  const composed = compose(text);
  if ('tooDeepAt' in composed) return { problems: [tooDeep(composed.tooDeepAt)] };
  const [document, second] = composed.documents;
  const problems = (document?.errors ?? []).slice(0, mostSyntaxErrors).map(syntax);
  if (second) problems.push(secondDocument(second.range[0]));
  return problems.length > 0 || !document ? { problems } : { document, problems };
}

/** The library's lexer, parser and composer in one pass, with the parser's stack watched. */
function compose(
  text: string,
): { readonly documents: readonly Document.Parsed[] } | { readonly tooDeepAt: number } {
  const parser = new Parser();
  // Keys are compared while the tree is read: the library compares each with each.
  const composer = new Composer({ schema: 'failsafe', uniqueKeys: false, logLevel: 'silent' });
  const documents: Document.Parsed[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    const { offset } = parser;
    for (const token of parser.next(lexeme)) documents.push(...composer.next(token));
    if (isTooDeep(parser)) return { tooDeepAt: offset };
    if (documents.length > 1) return { documents };
  }
  for (const token of parser.end()) documents.push(...composer.next(token));
  documents.push(...composer.end(true, text.length));
  return { documents };
}

/** On the stack are the document, the collections that are open, and at times the scalar that is being read. */
const isTooDeep = ({ stack }: Parser) =>
  stack.length > deepest + 1 && stack.filter((token) => 'items' in token).length > deepest;

/** What YAML does not count as printable, a byte order mark at the very start aside. */
// oxlint-disable-next-line no-control-regex
const controlCharacter = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|(?!^)\ufeff/;

const syntax = (error: YAMLError): Problem => ({
  code: 'MUSTER_YAML_SYNTAX',
  path: [],
  from: error.pos[0],
  summary: error.message,
  hint: 'A text with ": ", " #", or one that starts with one of {}[]&*!|>%@`"\' must stand in quotes; lists and maps must be indented alike.',
});

const tooLarge = (text: string): Problem => ({
  code: 'MUSTER_YAML_TOO_LARGE',
  path: [],
  from: 0,
  summary: `The file has ${Buffer.byteLength(text).toLocaleString('en')} bytes; 4 MB (${largestDocument.toLocaleString('en')}) are possible.`,
  hint: 'Split it: a runbook by business function.',
});

const unreadable = (text: string, at: number): Problem => ({
  code: 'MUSTER_YAML_CONTROL_CHARACTER',
  path: [],
  from: at,
  summary: `The control character U+${text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0')} stands in the file.`,
  hint: 'Remove it, or write it as an escape in double quotes.',
});

const tooDeep = (from: number): Problem => ({
  code: 'MUSTER_YAML_TOO_DEEP',
  path: [],
  from,
  summary: `Lists and maps are nested deeper than ${deepest} levels here.`,
  hint: 'No file needs this. Look for brackets that are never closed.',
});

const secondDocument = (from: number): Problem => ({
  code: 'MUSTER_YAML_SECOND_DOCUMENT',
  path: [],
  from,
  summary: 'A second YAML document starts here; a file is one document.',
  hint: 'Remove the line ---, or put the second document into a file of its own.',
});
