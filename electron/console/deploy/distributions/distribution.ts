export type Family = 'debian' | 'rhel' | 'suse';

/** What a package manager knows of a package without installing it. */
export interface PackageState {
  installed: boolean;
  /** Version that would be installed; absent: the package is not to be had. */
  candidate?: string;
}

/** What is left of an installation or a removal that was cut off in the middle, by a power cut or the like. */
export interface CutOff {
  /** Packages of which only a part may be there. */
  unpackAgain: string[];
}

/** How such a thing is finished, in this order. Must not be interrupted itself. */
export interface PackageRepair {
  /** Null: all is whole. Reads only. */
  query: { argv: readonly string[]; parse(stdout: string): CutOff | null };
  /** Sets up what is there as a whole. The package manager refuses anything else before this. */
  configure: readonly string[];
  /** Installs what is needed by packages that are there, and never came. */
  complete: readonly string[];
  unpackAgain(packages: readonly string[]): string[];
}

/** What differs between distributions: package names, package manager, paths. Commands are argument arrays. */
export interface Distribution {
  family: Family;
  /** False as long as deployment was never run on it. */
  tested: boolean;
  /** Per capability the packages that can provide it, best first: names change between releases. */
  packages: Record<Capability, readonly string[]>;
  /** Environment file of sbd.service. */
  sbdConfig: string;
  /** What is installed of these, and what could be. Reads only. */
  query(packages: readonly string[]): { argv: string[]; parse(stdout: string): Map<string, PackageState> };
  /** What an installation would bring in besides what was asked for; null: not known beforehand. Reads only. */
  simulate: ((packages: readonly string[]) => { argv: string[]; parse(stdout: string): string[] }) | null;
  /** Likewise what a purge would take off. */
  simulatePurge:
    | ((packages: readonly string[]) => { argv: string[]; parse(stdout: string): string[] })
    | null;
  /** Fetches current package lists. */
  refresh(): string[];
  /** Downloads only; may be interrupted at any point. */
  download(packages: readonly string[]): string[];
  /** Installs without asking and without touching configuration that is there. Must not be interrupted. */
  install(packages: readonly string[]): string[];
  /** Removes packages with their configuration. Must not be interrupted. */
  purge(packages: readonly string[]): string[];
  /** Null where the package manager does so by itself. */
  repair: PackageRepair | null;
  /** What went wrong, out of all that one of these commands printed; undefined if nothing in it says so. */
  reason: (output: string) => string | undefined;
}

export const capabilities = [
  'corosync',
  'pacemaker',
  'pacemaker-tools',
  'sbd',
  'fence-agents',
  'node',
  'ssh-server',
] as const;
export type Capability = (typeof capabilities)[number];
