import { setTimeout as sleep } from 'node:timers/promises';
import { type HostStatus, hostStatusSchema } from '../../../src/contract/hostState.ts';
import { LabAdmin } from '../deployment/admin.ts';
import type { Lab } from '../lab.ts';
import { ServeClient } from './serveClient.ts';

export const hostNames = ['n1', 'n2', 'n3'] as const;
export type HostName = (typeof hostNames)[number];

/** A cluster of three hosts, with the protocol of the host program spoken to each. */
export class LabCluster {
  readonly lab: Lab;
  readonly admin: LabAdmin;
  readonly clients: Readonly<Record<HostName, ServeClient>>;

  private constructor(lab: Lab, admin: LabAdmin, clients: Record<HostName, ServeClient>) {
    this.lab = lab;
    this.admin = admin;
    this.clients = clients;
  }

  static async attach(lab: Lab): Promise<LabCluster> {
    const admin = await LabAdmin.open(lab);
    try {
      const [n1, n2, n3] = await Promise.all([
        openClient(admin, 'n1'),
        openClient(admin, 'n2'),
        openClient(admin, 'n3'),
      ]);
      return new LabCluster(lab, admin, { n1, n2, n3 });
    } catch (error) {
      await admin.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    for (const client of Object.values(this.clients)) client.close();
    await this.admin.close();
  }

  run(host: HostName, ...argv: string[]): Promise<string> {
    return this.lab.exec(host, argv);
  }

  /** A script with its arguments as $1, $2, … */
  sh(host: HostName, script: string, ...args: string[]): Promise<string> {
    return this.run(host, 'sh', '-c', script, 'sh', ...args);
  }

  async status(host: HostName): Promise<HostStatus> {
    const { stdout } = await this.lab.run(host, ['vmcl', 'status', '--json']);
    return hostStatusSchema.parse(JSON.parse(stdout));
  }

  async uuidOf(host: HostName, vm: string): Promise<string> {
    return (await this.run(host, 'virsh', 'domuuid', vm)).trim();
  }

  /** Where a quorum disk is mounted, as `n1` sees it. */
  placement(home: HostName): string | null | undefined {
    return this.clients.n1.seen.cluster?.quorumDisks.find((each) => each.home === home)?.mountedOn;
  }

  /** What is wrong with the cluster, as `n1` sees it: severity and id. */
  problems(): string[] {
    return this.clients.n1.seen.cluster?.problems.map(({ id, severity }) => `${severity} ${id}`) ?? [];
  }

  async untilWhole(): Promise<void> {
    const home = (): boolean => hostNames.every((name) => this.placement(name) === name);
    try {
      await this.clients.n1.until(
        'the cluster is whole',
        () => home() && this.problems().length === 0,
        240_000,
      );
    } catch (error) {
      console.log(
        'not whole',
        this.problems(),
        hostNames.map((name) => this.placement(name)),
      );
      throw error;
    }
  }

  /** What the tests' own commands have logged, for a failure that needs an explanation. */
  async logOf(host: HostName): Promise<string> {
    const journal = ['journalctl', '--boot', '--no-pager', '--lines=80', '--output=short-precise'];
    const { stdout } = await this.lab.run(host, [...journal, '--unit=minime-sync*', '--unit=pacemaker']);
    return stdout;
  }
}

async function openClient(admin: LabAdmin, name: HostName): Promise<ServeClient> {
  const connection = admin.hosts.get(name);
  if (connection === undefined) throw new Error(`${name} is connected`);
  const client = await ServeClient.open(connection);
  await client.subscribe();
  return client;
}

export async function until(what: string, test: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await test())) {
    if (Date.now() > deadline) throw new Error(`not within 30 s: ${what}`);
    await sleep(200);
  }
}
