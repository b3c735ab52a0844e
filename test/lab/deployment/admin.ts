import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { DeployContext, HostResources } from '../../../electron/console/deploy/index.ts';
import { readHostResources } from '../../../electron/console/deploy/index.ts';
import { HostConnection } from '../../../electron/console/ssh/hostConnection.ts';
import type { DeploymentSpec } from '../../../src/contract/deployment.ts';
import type { Finding } from '../../../src/contract/finding.ts';
import type { OperationStep } from '../../../src/contract/operation.ts';
import type { Lab } from '../lab.ts';

const projectFolder = new URL('../../..', import.meta.url).pathname;

/** What an operation reported, and a hook that sees every step as it changes. */
export class Report {
  readonly steps = new Map<string, Partial<OperationStep>>();
  readonly findings: Finding[] = [];
  onStep: (id: string, state: OperationStep['state']) => void = () => undefined;
  onDetail: (id: string, line: string) => void = () => undefined;

  step(id: string, patch: Partial<OperationStep>): void {
    this.steps.set(id, { ...this.steps.get(id), ...patch });
    if (patch.state !== undefined) this.onStep(id, patch.state);
    if (patch.detail !== undefined) this.onDetail(id, patch.detail);
  }

  finding(finding: Finding): void {
    this.findings.push(finding);
  }

  /** `id host` of everything that is not fine. */
  problems(...severities: Finding['severity'][]): string[] {
    return this.findings
      .filter((one) => severities.includes(one.severity))
      .map((one) => `${one.id} ${one.host ?? '-'}`);
  }

  states(state: OperationStep['state']): string[] {
    return [...this.steps].filter(([, step]) => step.state === state).map(([id]) => id);
  }
}

/** SSH connections to the hosts of a lab, under their names, with a home folder of its own. */
export class LabAdmin {
  readonly lab: Lab;
  readonly hosts = new Map<string, HostConnection>();
  readonly resources: HostResources;
  readonly #home: string;

  private constructor(lab: Lab, home: string, resources: HostResources) {
    this.lab = lab;
    this.#home = home;
    this.resources = resources;
  }

  static async open(lab: Lab): Promise<LabAdmin> {
    const resources = await readHostResources(
      join(projectFolder, 'resources/host'),
      join(projectFolder, 'out/host/vmcl.cjs'),
      '0.1.0',
    );
    const admin = new LabAdmin(lab, await mkdtemp(join(tmpdir(), 'minime-admin-')), resources);
    for (const { name } of lab.hosts) admin.hosts.set(name, await admin.connect(name, 'root'));
    return admin;
  }

  async connect(name: string, user: string): Promise<HostConnection> {
    const { address, sshPort, hostKeyFingerprint } = this.lab.host(name);
    const connection = new HostConnection(
      { address, port: sshPort, user, identityFile: this.lab.sshKeyPath },
      {
        logger: pino({ level: 'silent' }),
        environment: { home: this.#home, systemFolder: this.#home, localUser: 'nobody', agent: null },
        prompter: {
          hostKey: (question) =>
            Promise.resolve({ kind: 'host-key', accept: question.fingerprint === hostKeyFingerprint }),
          secret: () => Promise.resolve({ kind: 'cancel' }),
        },
        secretStore: {
          get: () => Promise.resolve(null),
          set: () => Promise.resolve(),
          delete: () => Promise.resolve(),
        },
      },
      { limits: { streams: 2 } },
    );
    await connection.connect();
    return connection;
  }

  context(
    report: Report,
    signal = new AbortController().signal,
    without: readonly string[] = [],
  ): DeployContext {
    const hosts = new Map([...this.hosts].filter(([name]) => !without.includes(name)));
    return { hosts, resources: this.resources, reporter: report, signal };
  }

  /** These hosts on both heartbeat networks, with quorum disks on devices and a poison-pill disk. */
  spec(names: readonly string[], changes: Partial<DeploymentSpec> = {}): DeploymentSpec {
    const { devices } = this.lab;
    return {
      clusterName: 'office',
      hosts: names.map((name) => ({
        hostId: name,
        nodeName: name,
        linkAddresses: [...this.lab.host(name).heartbeatAddresses],
      })),
      transport: { kind: 'knet' },
      tokenMs: 1000,
      quorumDisks: {
        kind: 'device',
        devices: Object.fromEntries(names.map((name) => [name, devices.quorum[name] ?? ''])),
      },
      fencing: { method: 'sbd-disk', devices: [devices.poisonPill], watchdog: 'none' },
      sharedFolders: ['/srv/vms'],
      ...changes,
    };
  }

  /** What deployment could leave behind on a host: packages, files by their names, units, mounts. */
  async traces(name: string): Promise<string[]> {
    const script = `
      dpkg-query --show --showformat='package \${db:Status-Abbrev}\${Package}\\n' | grep '^package i'
      find /etc /usr /var/lib /run /srv/vms -xdev \\( -path /var/lib/dpkg -o -path /var/lib/apt -o -path /usr/share \\) -prune \\
        -o \\( -ipath '*minime*' -o -ipath '*corosync*' -o -ipath '*pacemaker*' -o -name 'sbd*' \\) -print
      grep -l minime /proc/self/mounts
      losetup --list --noheadings --output BACK-FILE | grep /srv/vms
      systemctl list-unit-files --no-legend --state=masked,masked-runtime | cut -d' ' -f1
      true`;
    return (await this.lab.exec(name, ['sh', '-c', script])).split('\n').toSorted();
  }

  async close(): Promise<void> {
    for (const connection of this.hosts.values()) connection.disconnect();
    await rm(this.#home, { recursive: true, force: true });
  }
}
