import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { plan, preflight, verify } from '../../../electron/console/deploy/index.ts';
import type { DeploymentSpec } from '../../../src/contract/deployment.ts';
import { Lab } from '../lab.ts';
import { LabAdmin, Report } from './admin.ts';

export const engine = ['corosync.service', 'pacemaker.service', 'sbd.service'];
export const three = ['n1', 'n2', 'n3'];
export const members = (names: readonly string[]): { nodeName: string; hostId: string }[] =>
  names.map((name) => ({ nodeName: name, hostId: name }));

/** Three hosts, bare at first, and what tests ask of them. Its functions may be taken off it. */
export class DeploymentSite {
  readonly lab: Lab;
  readonly admin: LabAdmin;
  /** What was on each host before anything was done to it. */
  readonly bare: ReadonlyMap<string, string[]>;
  /** Of the cluster, once there is one. */
  readonly cluster = { clusterId: '' };

  private constructor(lab: Lab, admin: LabAdmin, bare: ReadonlyMap<string, string[]>) {
    this.lab = lab;
    this.admin = admin;
    this.bare = bare;
  }

  static async open(): Promise<DeploymentSite> {
    execFileSync(process.execPath, ['scripts/build-host.mjs'], { stdio: 'inherit' });
    const lab = await Lab.fresh({ name: process.env.MINIME_LAB ?? 'depl', hosts: three.length });
    try {
      const admin = await LabAdmin.open(lab);
      const bare = await Promise.all(
        lab.hosts.map(async ({ name }) => [name, await admin.traces(name)] as const),
      );
      return new DeploymentSite(lab, admin, new Map(bare));
    } catch (error) {
      await lab.down();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.admin.close();
    await this.lab.down();
  }

  readonly isActive = async (name: string, unit: string) =>
    (await this.lab.run(name, ['systemctl', 'is-active', '--quiet', unit])).exitCode === 0;
  readonly runningUnits = async (names: readonly string[]) =>
    (
      await Promise.all(
        names.flatMap((name) =>
          engine.map(async (unit) => ((await this.isActive(name, unit)) ? [`${name} ${unit}`] : [])),
        ),
      )
    ).flat();
  /** Breaks something on a host for one test. */
  readonly breaking = async (name: string, broken: readonly string[], mended: readonly string[]) => {
    onTestFinished(async () => {
      await this.lab.exec(name, mended);
    });
    await this.lab.exec(name, broken);
  };
  /** A host that has just booted may drop the first connection, while its network is being set up. */
  readonly reconnect = async (name: string) => {
    const host = this.admin.hosts.get(name);
    for (let tries = 1; ; tries++) {
      try {
        await host?.connect();
        return;
      } catch (error) {
        if (tries >= 6) throw error;
      }
    }
  };
  readonly onePreflight = async (spec: DeploymentSpec, context = this.admin.context(new Report())) => {
    const findings = await preflight(spec, context);
    return findings.filter((one) => one.severity === 'error');
  };
  readonly expectVerified = async (names: readonly string[]) => {
    const report = new Report();
    await verify({ clusterId: this.cluster.clusterId, members: members(names) }, this.admin.context(report));
    assert.deepEqual(report.problems('error'), []);
    assert.ok(report.findings.length > names.length * 5, 'everything was checked');
  };

  /** Deployment has verified its own work: the same checks, without doing them twice. */
  readonly expectProven = (report: Report, names: readonly string[]) => {
    assert.deepEqual(report.problems('error'), []);
    const checks = [...report.steps].filter(([id]) => id.startsWith('verify/'));
    assert.deepEqual(
      checks.map(([, { state }]) => state),
      Array(names.length * 5 + 1).fill('done'),
    );
  };
  /** What a deployment would still have to do. */
  readonly openSteps = async (spec: DeploymentSpec) => {
    const reviewed = await plan(spec, this.admin.context(new Report()));
    const open = reviewed.steps.filter(({ action }) =>
      action.kind === 'file' ? action.change !== 'same' : !action.done,
    );
    return { reviewed, open: open.map(({ id }) => id) };
  };
}
