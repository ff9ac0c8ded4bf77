import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { ConfigFailure } from '../chatops/parse-config.ts';
import type { Cli } from './cli.ts';
import { diagnosticsText } from './diagnostic-text.ts';
import { CliFailure } from './failure.ts';
import { readText } from './read-file.ts';

/** Reads the configuration of an edge. @throws CliFailure where it cannot be used; mistakes of the text are shown with their places. */
export async function configOf<T>(cli: Cli, file: string, read: (text: string) => T): Promise<T> {
  const text = await readText(file);
  return configured(file, () => {
    try {
      return Promise.resolve(read(text));
    } catch (failure) {
      if (!(failure instanceof ConfigFailure) || failure.diagnostics.length === 0) throw failure;
      const { diagnostics } = failure;
      if (cli.settings.output === 'text')
        cli.terminal.out(
          diagnosticsText(diagnostics, { file, text: veiled(text, diagnostics), paint: cli.paint }),
        );
      throw new CliFailure(`The configuration ${file} has mistakes.`, {
        data: { files: [{ file, valid: false, diagnostics }] },
        cause: failure,
      });
    }
  });
}

/** A secret that stands in the text by mistake is shown to nobody: this goes to logs, too. */
function veiled(text: string, diagnostics: readonly Diagnostic[]): string {
  const lines = text.split('\n');
  for (const { path, position } of diagnostics) {
    if (!position || !/(secret|token)$/i.test(path)) continue;
    const { line, column } = position;
    lines[line - 1] = `${(lines[line - 1] ?? '').slice(0, column - 1)}…`;
  }
  return lines.join('\n');
}

/** What a configuration asks for that cannot be is its mistake. @throws CliFailure */
export async function configured<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (failure) {
    if (!(failure instanceof ConfigFailure)) throw failure;
    throw new CliFailure(`${file}: ${failure.message}`, { cause: failure });
  }
}
