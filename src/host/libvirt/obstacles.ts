import { mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { VmContent, VmSpec } from '../ports/hypervisor.ts';
import type { Runner } from '../ports/runner.ts';
import { parseDomain } from './domainXml.ts';
import { domainFailure } from './failures.ts';
import type { Virsh } from './virsh.ts';

/**
 * What speaks against starting a VM here, found without defining it: libvirt is asked to make QEMU's command line of it, for which it
 * checks machine type, CPU and devices against what this host has; and its disks, bridges and name are looked for.
 */
export async function obstacles(
  { runner, virsh, runFolder }: { runner: Runner; virsh: Virsh; runFolder: string },
  uuid: string,
  { xml }: VmContent,
): Promise<string[]> {
  const domain = parseDomain(xml);
  if (domain.uuid !== uuid) return ['Its definition is of another VM.'];
  const [names, files, bridges, refused] = await Promise.all([
    virsh.list(['--all']),
    missingFiles(domain),
    missingBridges(domain),
    refusedByLibvirt({ runner, virsh, runFolder }, uuid, xml),
  ]);
  const taken = [...names].some(([other, name]) => name === domain.name && other !== uuid);
  return [
    ...(taken ? [`Another VM is called ${domain.name} here.`] : []),
    ...files.map((path) => `${path} is not there.`),
    ...bridges.map((bridge) => `There is no bridge ${bridge}.`),
    ...(refused === undefined ? [] : [refused]),
  ];
}

async function missingFiles({ disks, files }: VmSpec): Promise<string[]> {
  const paths = [
    ...disks.flatMap(({ source, optional }) =>
      !optional && (source?.kind === 'file' || source?.kind === 'block') ? [source.path] : [],
    ),
    ...files.map(({ path }) => path),
  ];
  return await missing(paths);
}

async function missingBridges({ nics }: VmSpec): Promise<string[]> {
  const bridges = [...new Set(nics.flatMap((nic) => (nic.kind === 'bridge' ? [nic.bridge] : [])))];
  const folder = '/sys/class/net';
  const gone = await missing(bridges.map((bridge) => join(folder, bridge)));
  return gone.map((path) => path.slice(folder.length + 1));
}

async function missing(paths: readonly string[]): Promise<string[]> {
  const there = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return paths.filter((_path, index) => there[index] === false);
}

async function refusedByLibvirt(
  { runner, virsh, runFolder }: { runner: Runner; virsh: Virsh; runFolder: string },
  uuid: string,
  xml: string,
): Promise<string | undefined> {
  await mkdir(runFolder, { recursive: true, mode: 0o755 });
  const path = join(runFolder, `check-${uuid}-${process.pid}.xml`);
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(xml);
    await file.close();
    const argv = virsh.argv(['domxml-to-native', 'qemu-argv', '--xml', path]);
    const result = await runner.run(argv, { timeoutMs: 10_000 });
    if (result.code === 0) return undefined;
    virsh.mustBeReachable(result);
    const { message, cause } = domainFailure(argv, result).info;
    return cause ?? message;
  } finally {
    await rm(path, { force: true });
  }
}
