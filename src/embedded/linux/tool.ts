import type { EmbeddedCluster } from '../embeddedCluster.ts';
import { sleepOn } from '../time/worldClock.ts';
import type { Boot } from '../world/boot.ts';
import type { BareHosts } from './bareHosts.ts';
import type { HostSystem } from './hostSystem.ts';

/** One run of a program on an embedded host. */
export interface ToolRun {
  args: readonly string[];
  /** Everything that is sent to it. */
  input: () => Promise<Buffer>;
  system: HostSystem;
  bare: BareHosts;
  cluster: EmbeddedCluster;
  boot: Boot;
}

export interface ToolAnswer {
  code: number;
  output: string | Buffer;
  error: string;
}

export type Tool = (run: ToolRun) => ToolAnswer | Promise<ToolAnswer>;

export const says = (output: string | Buffer, code = 0): ToolAnswer => ({ code, output, error: '' });
export const succeeds = says('');
export const fails = (error: string, code = 1): ToolAnswer => ({ code, output: '', error: `${error}\n` });
/** A question answered by the exit code. */
export const yesOrNo = (yes: boolean): ToolAnswer => says('', yes ? 0 : 1);

/** Lets so much time go by, in milliseconds. Never comes back if the host dies meanwhile. */
export const takes = ({ boot, cluster }: ToolRun, ms: number): Promise<void> =>
  boot.life.receive(sleepOn(cluster.options.clock, ms));

/** The value behind an option, as `--mode=0700` or `-L LABEL`. */
export function valueOf(args: readonly string[], option: string): string | undefined {
  const joined = args.find((arg) => arg.startsWith(`${option}=`));
  if (joined !== undefined) return joined.slice(option.length + 1);
  const at = args.indexOf(option);
  return at === -1 ? undefined : args[at + 1];
}

/** What is no option; behind `--` everything. */
export function operands(args: readonly string[]): string[] {
  const end = args.indexOf('--');
  return end === -1 ? args.filter((arg) => !arg.startsWith('-')) : args.slice(end + 1);
}
