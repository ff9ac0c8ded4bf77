/**
 * What a workflow answers to a question where its own state may not be what the history will say; a moment later it is.
 * A worker that holds it begins it anew from the history then.
 */
export const unsettled = 'It is not settled yet what this run knows. Ask again.';

/** With it a question says that the run has ended: nothing of it will be settled otherwise any more. */
export const endedHeader = 'muster-ended';
