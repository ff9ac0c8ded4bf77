/** The most that the text of a plan may have, in bytes before it is compressed: what is larger could not be unfolded where it arrives. */
export const largestPlanText = 32 * 1024 * 1024;
