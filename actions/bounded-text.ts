/** More was said than anybody has reason to say. */
export class TooLong extends Error {}

/** Reads a text to its end, and no further than `most` bytes. @throws TooLong */
export async function boundedText(chunks: AsyncIterable<Buffer>, most: number): Promise<string> {
  const held: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    held.push(chunk);
    length += chunk.length;
    if (length > most) throw new TooLong(`it is longer than ${most / 1024 / 1024} MB`);
  }
  return Buffer.concat(held).toString('utf8');
}
