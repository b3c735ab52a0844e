/** Something that goes on until it is stopped. */
export interface Watch {
  stop(): void;
}
