/** How long things take, in milliseconds, as measured on real hosts (three nodes, token 1000 ms, SBD, TCG guests). */
export const labTiming = {
  /** A host is dead → the others know. */
  detectionMs: 3_500,
  /** A host that came up, or a network that is whole again → one membership. */
  joinMs: 1_000,
  /** Fencing asked for → certain. */
  fencingMs: 11_500,
  /** Fencing failed → tried again. */
  fencingRetryMs: 2_000,
  /** Mount of a quorum disk whose last holder is known to be gone, and start of the agent. */
  mountMs: 200,
  agentMs: 100,
  /** Multi-mount protection watching a disk whose last holder may be alive. */
  mountWatchMs: 11_000,
  /** Power on → the engine runs. */
  bootMs: 6_000,
  /** Start of a VM until the hypervisor says that it runs; a start that fails is known sooner. */
  vmStartMs: 1_000,
  vmStartFailureMs: 300,
  /** A guest asked to shut down is off. */
  guestShutdownMs: 2_000,
  /** One quarter of a live migration. */
  migrationStepMs: 500,
  /** A question to another host: there, and back. */
  messageMs: 5,
  /** What no answer comes from is given up by the SSH client. */
  connectTimeoutMs: 3_000,
  /** A change of a document that all hosts share. */
  documentMs: 20,
  /** Deployment: the package manager installs what a host lacks; Corosync, SBD and Pacemaker start. */
  installMs: 11_000,
  engineStartMs: 13_000,
} as const;

export type Timing = Record<keyof typeof labTiming, number>;
