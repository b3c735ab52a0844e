import { StringDecoder } from 'node:string_decoder';
import type { StartFilter } from './startFilter.ts';

/** One output stream: noise dropped, lines told, bytes kept up to a limit. */
export class Collector {
  readonly filter: StartFilter;
  readonly limit: number;
  readonly #chunks: Buffer[] = [];
  readonly #decoder = new StringDecoder('utf8');
  readonly #onLine: (line: string) => void;
  #size = 0;
  #partLine = '';

  constructor(filter: StartFilter, limit: number, onLine: (line: string) => void) {
    this.filter = filter;
    this.limit = limit;
    this.#onLine = onLine;
  }

  get full(): boolean {
    return this.#size > this.limit;
  }

  push(chunk: Buffer): void {
    const own = this.filter.push(chunk);
    if (own === null || own.length === 0) return;
    this.#size += own.length;
    if (!this.full) this.#chunks.push(own);
    const lines = (this.#partLine + this.#decoder.write(own)).split('\n');
    this.#partLine = lines.pop() ?? '';
    for (const line of lines) this.#onLine(line.replace(/\r$/, ''));
  }

  /** Tells the last line if it had no line end. */
  finish(): void {
    const rest = this.#partLine + this.#decoder.end();
    if (rest !== '') this.#onLine(rest);
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}
