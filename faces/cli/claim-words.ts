/** What a run waits for that another holds, and what to do where that one is gone: `command` writes what is typed. */
export const claimWords = (held: string, command: (text: string) => string): readonly string[] => [
  `Waits: ${held}.`,
  `${command('muster claim list')} shows who holds what. If that run is not open any more: ${command('muster claim break RUN')}`,
];
