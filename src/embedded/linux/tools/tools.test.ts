import { beforeEach, describe, expect, it } from 'vitest';
import { clusterDescriptionSchema } from '../../description.ts';
import { EmbeddedCluster } from '../../embeddedCluster.ts';
import { MemoryFiles } from '../../files/memoryFiles.ts';
import { VirtualClock } from '../../time/virtualClock.ts';
import { labTiming } from '../../timing.ts';
import { runTool } from './index.ts';

/** What deployment as a whole asks is in test/embedded; this is what it must not be able to ask. */
describe('the programs of a bare embedded host', () => {
  let clock: VirtualClock;
  let cluster: EmbeddedCluster;

  beforeEach(async () => {
    clock = new VirtualClock();
    cluster = new EmbeddedCluster({
      description: clusterDescriptionSchema.parse({
        bare: true,
        hosts: [{ name: 'n1' }, { name: 'n2' }],
        vms: [],
      }),
      clock,
      timing: labTiming,
      files: new MemoryFiles(() => clock.now()),
      folder: '/world',
      version: '0.0.0',
      onEvent: () => undefined,
      onLog: () => undefined,
    });
    await cluster.prepare();
    cluster.powerOn('n1');
    await clock.runUntil(labTiming.bootMs + 1);
    return () => cluster.close();
  });

  const run = async (...argv: string[]) => {
    const { bare } = cluster;
    const { boot } = cluster.host('n1');
    if (bare === undefined || boot === undefined) throw new Error('n1 is on, and bare');
    const system = bare.system('n1');
    return await runTool(argv, { input: async () => Buffer.from('sent'), bare, system, cluster, boot });
  };
  const ran = async (...argv: string[]) => {
    const answer = await run(...argv);
    if (answer === undefined) throw new Error(`there is no ${argv[0] ?? ''}`);
    return answer;
  };
  /** As the package manager takes its time, the clock has to go on meanwhile. */
  const install = async (name: string): Promise<void> => {
    const installed = ran('env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', 'install', '--', name);
    await clock.runUntil(clock.elapsed() + labTiming.installMs + 1);
    expect((await installed).code).toBe(0);
  };

  it('are no others', async () => {
    expect(await run('rsync', '-a', '/', '/mnt')).toBeUndefined();
    expect(await ran('sh', '-c', 'rm -rf /')).toMatchObject({ code: 127 });
    expect(await ran('systemctl', 'isolate', 'rescue.target')).toMatchObject({ code: 1 });
    expect(await ran('apt-get', 'dist-upgrade')).toMatchObject({ code: 100 });
  });

  it('come with their packages', async () => {
    expect(await run('crm_mon')).toBeUndefined();
    await install('pacemaker-cli-utils');
    expect(await run('crm_mon')).toMatchObject({ code: 107 });
    expect(await ran('apt-get', 'install', '--', 'vim')).toMatchObject({
      error: 'E: Unable to locate package vim\n',
    });
  });

  it('do not start what is not there, is masked or is not configured', async () => {
    const start = () => ran('systemctl', 'start', 'corosync.service');
    expect((await start()).error).toContain('not found');
    await install('corosync');
    await ran('systemctl', 'mask', '--runtime', 'corosync.service');
    expect((await start()).error).toContain('masked');
    await ran('systemctl', 'unmask', '--runtime', 'corosync.service');
    expect((await start()).error).toContain('names no host');
    expect(cluster.host('n1').boot?.engineUp).toBe(false);
  });

  it('put files only where there is a folder, whole, and as they were asked to', async () => {
    const write = (path: string, size: string) =>
      ran('/bin/sh', '-c', '…', 'minime-write', path, '0600', size);
    expect((await write('/etc/minime/host.json', '4')).error).toContain('no such directory');
    await ran('mkdir', '--parents', '/etc/minime');
    expect((await write('/etc/minime/host.json', '5')).code).toBe(74);
    expect((await write('/etc/minime/host.json', '4')).code).toBe(0);
    expect((await ran('stat', '--format=%a %U %G %F', '/etc/minime/host.json')).output).toBe(
      '600 root root regular file\n',
    );
    const read = await ran('/bin/sh', '-c', '…', 'minime-read', '/etc/minime/host.json', '100');
    expect(read.output.toString()).toBe('sent');
  });

  it('change settings of a cluster that was never configured, which still runs nothing', async () => {
    const { bare } = cluster;
    const first =
      '<cib><configuration><crm_config><cluster_property_set id="x"></cluster_property_set></crm_config></configuration></cib>';
    bare
      ?.system('n1')
      .treeOf('/var')
      .put('/var/lib/pacemaker/cib/cib.xml', { bytes: Buffer.from(first) });
    for (const name of ['maintenance-mode', 'maintenance-mode', 'stonith-enabled']) {
      bare?.setProperty('n1', name, 'true');
    }
    expect(bare?.cib('n1').match(/name="[a-z-]+"/g)).toEqual([
      'name="maintenance-mode"',
      'name="stonith-enabled"',
    ]);
    expect(bare?.configured).toBe(false);
  });

  it('see shared storage as the others do, and forget /run at a reboot', async () => {
    await ran('fallocate', '--posix', '--length', '1MiB', '/shared/image');
    expect(cluster.bare?.system('n2').at('/shared/image')?.size).toBe(1024 ** 2);
    await ran('mkdir', '--parents', '/run/minime');
    cluster.reset('n1');
    await clock.runUntil(clock.elapsed() + labTiming.bootMs + 1);
    expect((await ran('test', '-e', '/run/minime')).code).toBe(1);
    expect((await ran('test', '-e', '/shared/image')).code).toBe(0);
  });
});
