import { absolutePath, duration, wholeNumber } from '../field.ts';

/** The fields of every action that stops the server of a data directory by what it holds open there. */
export const stopFields = {
  dataDirectory: absolutePath().describe('The data directory of the server to stop.'),
  port: wholeNumber({ min: 1, max: 65_535 })
    .optional()
    .describe('Its port: the step passes only when nothing on this host answers there any more.'),
  grace: duration()
    .prefault('60s')
    .describe('How long an orderly shutdown may take before the server is killed.'),
};

export const stopFigures = { stopped: 'boolean', alreadyStopped: 'boolean' } as const;
