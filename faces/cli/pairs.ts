import { CliFailure } from './failure.ts';

/** Gathers an option that may be given several times. */
export const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

/**
 * Reads the values of an option that are written `name=value`; of a name that is given twice the last counts.
 * @throws CliFailure where one is not.
 */
export function pairs(option: string, texts: readonly string[] = []): Map<string, string> {
  return new Map(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new CliFailure(`${option} needs name=value, not ${text}.`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}
