import { createHash } from 'node:crypto';
import type { CutAt } from './secrets/blacken.ts';

const kept = 64 * 1024;
const lineLimit = 4 * 1024;
const logLimit = 1024 * 1024;

export interface OutputSink {
  log(line: string): void;
  /** Hears every line, also those that are too many for the log; true: it is not for the log. */
  takeLine?(line: string): boolean;
  redact(text: string, cut?: CutAt): string;
}

/**
 * What a program writes, however much: its first and last 64 KB, its size, and its SHA-256 are kept, and its
 * lines are logged as they come, the first megabyte of them.
 */
export class CapturedOutput {
  #bytes = 0;
  #logged = 0;
  #line = '';
  /** The line goes on from a piece of it that was logged already. */
  #isRest = false;
  #head = Buffer.alloc(0);
  #tail = Buffer.alloc(0);
  #missing = false;
  readonly #hash = createHash('sha256');
  readonly #decoder = new TextDecoder();
  readonly #sink: OutputSink;

  constructor(sink: OutputSink) {
    this.#sink = sink;
  }

  push(chunk: Buffer): void {
    this.#bytes += chunk.length;
    this.#hash.update(chunk);
    const room = kept - this.#head.length;
    if (room > 0) this.#head = Buffer.concat([this.#head, chunk.subarray(0, room)]);
    if (chunk.length > room) this.#tail = Buffer.concat([this.#tail, chunk.subarray(room)]).subarray(-kept);
    this.#logLines(chunk);
  }

  /** Goes on with the last bytes of what was written; `missing` bytes before them are not here, and nothing is said of the whole. */
  skip(missing: number, last: Buffer): void {
    this.#bytes += missing;
    this.#missing ||= missing > 0;
    if (missing > 0) this.#tail = Buffer.alloc(0);
    this.push(last);
  }

  /** Call once, when the program has ended: logs what is still to be logged. */
  end(): void {
    if (this.#line !== '') this.#logLine(this.#line);
    this.#line = '';
    if (this.#logged < logLimit) return;
    const digest = this.#missing ? '' : `, sha256:${this.#hash.digest('hex')}`;
    this.#sink.log(`… ${this.#bytes} bytes in all${digest}; they end with:`);
    this.#sink.log(this.#sink.redact(this.#tail.toString(), { start: true }).slice(-lineLimit));
  }

  /** All that was written, free of secrets; undefined where it is more than is kept. */
  whole(): string | undefined {
    const kept = this.#head.length + this.#tail.length;
    if (this.#bytes > kept) return undefined;
    return this.#sink.redact(Buffer.concat([this.#head, this.#tail]).toString());
  }

  /** Head and tail in at most `limit` characters, free of secrets; what was left out between them is said. */
  text(limit: number): string {
    const whole = this.whole();
    if (whole !== undefined && whole.length <= limit) return whole;
    const head = whole ?? this.#sink.redact(this.#head.toString(), { end: true });
    const tail = whole ?? this.#sink.redact(this.#tail.toString(), { start: true });
    const gap = `\n… ${this.#bytes} bytes in all, the middle left out …\n`;
    const half = Math.floor((limit - gap.length) / 2);
    return `${head.slice(0, half)}${gap}${tail.slice(-half)}`;
  }

  #logLines(chunk: Buffer): void {
    if (this.#logged >= logLimit && !this.#sink.takeLine) return;
    const lines = (this.#line + this.#decoder.decode(chunk, { stream: true })).split('\n');
    this.#line = lines.pop() ?? '';
    for (const line of lines) this.#logLine(line);
    // One line without an end must not fill the memory. What is cut here may be a secret.
    if (this.#line.length > kept) {
      this.#logLine(this.#line, true);
      this.#line = '';
    }
  }

  #logLine(line: string, goesOn = false): void {
    const cut = { start: this.#isRest, end: goesOn };
    this.#isRest = goesOn;
    if (this.#logged >= logLimit && !this.#sink.takeLine) return;
    const shown = this.#sink.redact(line, cut).slice(0, lineLimit);
    if (this.#sink.takeLine?.(shown) || this.#logged >= logLimit) return;
    this.#logged += shown.length + 1;
    this.#sink.log(shown);
  }
}
