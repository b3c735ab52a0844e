import { Lab } from '../lab/lab.ts';
import { LabConsole } from './labConsole.ts';

/** Brings a lab up with a console connected to its bare hosts, and takes both down again whatever happens. */
export async function withLabConsole<T>(
  options: { name: string; hosts: number },
  work: (console_: LabConsole, lab: Lab) => Promise<T>,
): Promise<T> {
  const say = (line: string): void => console.error(line);
  const lab = await Lab.fresh({ ...options, onProgress: say });
  try {
    const console_ = await LabConsole.open(lab);
    try {
      await console_.addHosts();
      return await work(console_, lab);
    } finally {
      await console_.close();
    }
  } finally {
    await lab.down();
  }
}
