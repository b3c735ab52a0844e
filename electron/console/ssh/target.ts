/** Where and how to log in, with ~/.ssh/config already applied. */
export interface SshTarget {
  /** Address as the admin knows it: what was entered, not what the configuration made of it. */
  label: string;
  /** What to resolve and connect to. */
  hostname: string;
  port: number;
  user: string;
  /** Name the host key is filed under, if not the host name (HostKeyAlias). */
  hostKeyAlias?: string;
  /** Private key files in the order they are tried. */
  identities: Identity[];
  /** Only the listed key files are tried, and agent keys only if they are among them. */
  identitiesOnly: boolean;
  /** Socket or pipe of the SSH agent; null: none. */
  agent: string | null;
  /** known_hosts files; the first is the one that is appended to. */
  knownHosts: string[];
  /** New entries are written with the name hashed. */
  hashKnownHosts: boolean;
  /** The host to go through, itself perhaps behind another. */
  jump?: SshTarget;
}

export interface Identity {
  path: string;
  /** `entered`: by the admin for this host; `config`: IdentityFile; `default`: what ssh tries when nothing is said. */
  origin: 'entered' | 'config' | 'default';
}
