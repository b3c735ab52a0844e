import { z } from 'zod';
import { MinimeError } from '../../contract/errors.ts';
import type { Runner } from '../ports/runner.ts';

const listSchema = z.object({
  loopdevices: z.array(z.object({ name: z.string(), dio: z.union([z.boolean(), z.string()]) })),
});

/**
 * Loop devices of an image file. Direct I/O is not a matter of speed: with the page cache in between, neither would
 * this host see what another writes, nor would multi-mount protection between them work.
 */
export class LoopDevices {
  readonly #runner: Runner;

  constructor(runner: Runner) {
    this.#runner = runner;
  }

  async attach(image: string): Promise<string> {
    const [present] = await this.#list(image);
    if (present !== undefined) return present;
    const result = await this.#runner.run(['losetup', '--find', '--show', '--direct-io=on', image]);
    const device = result.stdout.trim();
    if (result.code === 0) return device;
    throw new MinimeError({
      kind: 'storage',
      message: `${image} cannot be used as a disk.`,
      cause: result.stderr.trim() || 'losetup failed.',
      remedy: 'Check that the file is there and that its storage takes direct I/O.',
    });
  }

  async detach(image: string): Promise<void> {
    for (const device of await this.#list(image)) await this.#runner.must(['losetup', '--detach', device]);
  }

  async #list(image: string): Promise<string[]> {
    const argv = ['losetup', '--associated', image, '--json', '--list', '--output', 'NAME,DIO'];
    const output = (await this.#runner.must(argv)).trim();
    if (output === '') return [];
    return listSchema.parse(JSON.parse(output)).loopdevices.map(({ name }) => name);
  }
}
