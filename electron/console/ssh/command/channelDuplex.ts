import { Duplex } from 'node:stream';
import type ssh2 from 'ssh2';

/**
 * The program's stdin and stdout as an ordinary stream with backpressure. ssh2's own channel never completes a write
 * after its end, and its `destroy` is not Node's.
 *
 * However the program ends, the stream just ends; why is for `RemoteStream.closed` to tell, once and for all.
 */
export class ChannelDuplex extends Duplex {
  readonly #channel: ssh2.ClientChannel;
  #over = false;

  /** `channel` is paused, `first` was read from it already. */
  constructor(channel: ssh2.ClientChannel, first: Buffer) {
    super({ allowHalfOpen: true });
    this.#channel = channel;
    this.on('error', () => undefined); // writes after the end; see above
    if (first.length > 0) this.push(first);
    channel.on('data', (chunk: Buffer) => {
      if (!this.#over && !this.push(chunk)) channel.pause();
    });
    channel.on('end', () => this.finish());
    channel.resume();
  }

  /** Ends the stream now, whatever the channel may still hold: a channel that nobody reads never tells its end. */
  finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.push(null);
    this.end();
    this.#channel.resume();
  }

  override _read(): void {
    this.#channel.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#channel.write(chunk, callback);
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#channel.end();
    callback();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#channel.close();
    callback(error);
  }
}
