import { describe, expect, test } from 'vitest';
import { HOST_PROTOCOL } from '../../../src/contract/hostProtocol.ts';
import { hostPaths } from '../../../src/contract/manifest.ts';
import type { LabCluster } from './labCluster.ts';
import { ServeClient } from './serveClient.ts';

const libvirtUnits = ['libvirtd.service', 'libvirtd.socket', 'libvirtd-ro.socket', 'libvirtd-admin.socket'];

/** A host that is not as it should be, without harm to the cluster; uses n3. */
export function hostTests(cluster: () => LabCluster): void {
  const client = () => cluster().clients.n3;
  const run = (...argv: string[]) => cluster().run('n3', ...argv);

  describe.concurrent('a host', () => {
    test.sequential('speaks to a console of its own protocol only', async () => {
      const hello = await client().call('hello', { protocol: HOST_PROTOCOL, consoleVersion: '1' });
      expect(hello).toMatchObject({ host: 'n3' });
      for (const [protocol, remedy] of [
        [HOST_PROTOCOL + 1, 'Update the host program from the console.'],
        [HOST_PROTOCOL - 1, expect.stringContaining('newer')],
      ] as const) {
        const refused = await client().errorOf('hello', { protocol, consoleVersion: '1' });
        expect(refused).toMatchObject({ kind: 'protocol-mismatch', remedy });
      }
    });

    test.sequential('is understood though its shell begins with 8 MB of noise', async ({
      onTestFinished,
    }) => {
      await cluster().sh('n3', 'cp /root/.bashrc /root/bashrc.good 2>/dev/null; true');
      const restore =
        'if [ -e /root/bashrc.good ]; then mv /root/bashrc.good /root/.bashrc; else rm /root/.bashrc; fi';
      onTestFinished(async () => void (await cluster().sh('n3', restore)));
      await cluster().sh('n3', 'echo "head -c 8000000 /dev/zero; echo; echo hello" >/root/.bashrc');
      const connection = await cluster().admin.connect('n3', 'root');
      onTestFinished(() => connection.disconnect());
      const noisy = await ServeClient.open(connection);
      await noisy.subscribe();
      expect(noisy.seen.system?.hostname).toBe('n3');
      noisy.close();
    });

    test.sequential('finds its files as deployment left them, or says so', async ({ onTestFinished }) => {
      expect(await client().call('manifest.verify', {})).toMatchObject({ problems: [] });
      await run('chmod', '644', hostPaths.hostConfig);
      onTestFinished(async () => void (await run('chmod', '600', hostPaths.hostConfig)));
      const { problems } = await client().call('manifest.verify', {});
      expect(problems).toMatchObject([{ id: 'file-mode', subject: hostPaths.hostConfig }]);
    });

    test.sequential('whose libvirt stops shows its VMs as unknown, and finds them again', async () => {
      const { lab } = cluster();
      await lab.addVm('n3', { name: 'quiet' });
      const vm = () => client().seen.vms?.vms.find(({ name }) => name === 'quiet')?.state;
      await client().until('the VM is there', () => vm() === 'shut-off');
      await run('systemctl', 'stop', ...libvirtUnits);
      await client().until(
        'libvirt is gone',
        ({ system }) => system?.hypervisor.reachable === false && vm() === 'unknown',
      );
      expect(client().seen.system?.problems.map(({ id }) => id)).toContain('hypervisor-unreachable');
      expect(await client().call('sync', {})).toMatchObject({
        removed: 0,
        problems: [{ id: 'sync-failed' }],
      });
      // Its sockets come with it; begun together with it, they would find it there already and fail.
      await run('systemctl', 'start', 'libvirtd.service');
      await client().until(
        'libvirt is back',
        ({ system }) => system?.hypervisor.reachable === true && vm() === 'shut-off',
      );
    });

    test.sequential('says where its corosync.conf makes no sense', async ({ onTestFinished }) => {
      const path = '/etc/corosync/corosync.conf';
      const lines = Number(await cluster().sh('n3', 'wc -l <"$1"', path));
      await cluster().sh('n3', 'cp -p "$1" /root/good.conf; echo nonsense >>"$1"', path);
      onTestFinished(async () => void (await run('mv', '/root/good.conf', path)));
      const { sections } = await cluster().status('n3');
      expect(sections.cluster?.engine).toBe('running');
      const problem = sections.cluster?.problems.find(({ id }) => id === 'corosync-conf-unparsable');
      expect(problem?.cause).toContain(`Line ${lines + 1}:`);
    });

    test.sequential('does not mount a quorum disk that another holds', async () => {
      const { lab } = cluster();
      const result = await lab.run('n1', ['vmcl', 'disk', 'mount', 'n3']);
      expect(result.exitCode).toBe(4);
      expect(result.stderr).toContain('n3 has it in use');
      expect((await lab.run('n1', ['vmcl', 'disk', 'check', 'n3'])).exitCode).toBe(3);
      expect((await lab.run('n3', ['vmcl', 'disk', 'check', 'n3'])).exitCode).toBe(0);
    });
  });
}
