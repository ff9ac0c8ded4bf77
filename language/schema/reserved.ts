import type { DocumentPath } from '../problem.ts';

/** Keys and values of coming versions, so that they are refused by name and never mean something else. */
const reserved: readonly { readonly at: RegExp; readonly words: readonly string[] }[] = [
  { at: /^$/, words: ['recipes', 'variants', 'then', 'include'] },
  { at: /^systems\.[^.]+$/, words: ['recipe', 'with', 'provides'] },
  { at: /^functions\.[^.]+$/, words: ['verify', 'accept'] },
  { at: /^systems\.[^.]+\.\w+\.\d+\.only$/, words: ['variant'] },
  { at: /^systems\.[^.]+\.\w+\.\d+\.onFail$/, words: ['nextPoint', 'degrade', 'abort'] },
];

/** Does a coming version know this key of the map, or this word as the value, at the path? */
export const isReserved = (path: DocumentPath, word: string): boolean =>
  reserved.some(({ at, words }) => words.includes(word) && at.test(path.join('.')));
