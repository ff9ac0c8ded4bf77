/** Names as typed are compared without case and outer space: `Ada ` and `ada` are one person. */
export const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();
