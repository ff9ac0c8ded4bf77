/** Loaded before a program whose memory is wanted: says at its end how much was resident at most. */
process.on('exit', () => process.stderr.write(`peak ${process.resourceUsage().maxRSS} kB\n`));
export {};
