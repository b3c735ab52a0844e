import { hostPaths } from '../../src/contract/manifest.ts';
import type { Lab } from '../lab/lab.ts';
import { withLabConsole } from '../support/withLabConsole.ts';
import { quantile } from './quantile.ts';

const rounds = 50;
const vmName = 'sync';

/**
 * Changes the VM's description, and prints how many milliseconds after `virsh` returned the definition with it was put in place on
 * the quorum disk, by that host's own clock and file system: looking for it late does not make it late.
 */
const changeAndMeasure = `
  virsh -q desc "$1" "$2" --config || exit
  changed=$(date +%s%3N)
  until grep -q "$2" "$3"; do sleep 0.2; done
  saved=$(stat --format=%.3Z "$3" | tr -d .)
  echo $((saved - changed))`;

/** A pause of any length up to a few seconds, the same in every run: changes have to fall into each moment of a sync. */
const pauseS = (round: number): number => ((round * 37) % 50) / 10;

async function measure(lab: Lab): Promise<number[]> {
  const uuid = (await lab.exec('n1', ['virsh', 'domuuid', vmName])).trim();
  const path = `${hostPaths.quorumDisks}/n1/definitions/${uuid}.json`;
  const samples: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const argv = ['sh', '-c', changeAndMeasure, 'sh', vmName, `round-${round}-`, path];
    await lab.exec('n1', ['sleep', String(pauseS(round))]);
    samples.push(Number((await lab.exec('n1', argv)).trim()));
    console.error(`after ${pauseS(round)} s of rest: ${samples.at(-1)} ms`);
  }
  return samples.toSorted((a, b) => a - b);
}

/** A changed definition → in place on the quorum disk. The promise is 5 s. */
export async function syncBench(): Promise<object> {
  return await withLabConsole({ name: 'bsync', hosts: 3 }, async (console_, lab) => {
    await console_.deploy();
    await lab.addVm('n1', { name: vmName });
    await console_.until('the VM is saved', ({ hosts }) =>
      hosts.some((host) =>
        host.sections.quorumDisks?.disks.some((disk) => disk.definitions.some(({ name }) => name === vmName)),
      ),
    );
    const samples = await measure(lab);
    return {
      bench: 'sync',
      n: samples.length,
      p50_ms: quantile(samples, 0.5),
      p95_ms: quantile(samples, 0.95),
      max_ms: samples.at(-1),
      late: samples.filter((sample) => sample > 5000).length,
    };
  });
}
