export type Family = 'debian' | 'rhel' | 'suse';

/** What a package manager knows of a package without installing it. */
export interface PackageState {
  installed: boolean;
  /** Version that would be installed; absent: the package is not to be had. */
  candidate?: string;
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
  /** Finishes an installation that was cut off; null where the package manager needs no such thing. */
  repair(): string[] | null;
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
