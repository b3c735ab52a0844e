import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { must, run } from './command.ts';
import { deviceNodes, type LoopDevice } from './disks.ts';
import type { Image } from './image/image.ts';
import { hostDirectory, labUsers, machineName, rootDirectory, sshDirectory } from './names.ts';
import { hostAddresses, isMountPoint } from './network.ts';
import type { LabState } from './state.ts';

export const labKeyPath = (lab: string): string => `${sshDirectory(lab)}/id_ed25519`;
export const knownHostsPath = (lab: string): string => `${sshDirectory(lab)}/known_hosts`;
const hostKeyPath = (lab: string, host: string): string => `${sshDirectory(lab)}/${host}_host_ed25519`;

/** Makes the lab's SSH key and those of its hosts that are missing. */
export async function makeKeys(state: LabState): Promise<void> {
  const { name: lab } = state;
  await mkdir(sshDirectory(lab), { recursive: true, mode: 0o700 });
  await makeKey(labKeyPath(lab), `minime-lab-${lab}`);
  for (const host of state.hosts) await makeKey(hostKeyPath(lab, host), host);
  const known = await Promise.all(
    state.hosts.map(async (host) => {
      const { management, heartbeat } = hostAddresses(state.slot, host);
      return `${[management, ...heartbeat].join(',')} ${await publicKey(hostKeyPath(lab, host))}\n`;
    }),
  );
  await writeFile(knownHostsPath(lab), known.join(''));
}

/** `SHA256:…`, as ssh shows it on first contact. */
export async function hostKeyFingerprint(lab: string, host: string): Promise<string> {
  const line = await must(['ssh-keygen', '-l', '-E', 'sha256', '-f', `${hostKeyPath(lab, host)}.pub`]);
  return line.split(' ')[1] ?? '';
}

async function makeKey(path: string, comment: string): Promise<void> {
  if ((await run(['test', '-f', path])).exitCode === 0) return;
  await must(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', path]);
}

async function publicKey(path: string): Promise<string> {
  return (await must(['ssh-keygen', '-y', '-f', path])).trim();
}

/**
 * Mounts a host's root (the image below, its own changes on top) and, when the host is new, gives it what tells hosts
 * apart: name, machine id, host key. Its changes outlive its death, as they would on a disk.
 */
export async function prepareRoot(state: LabState, host: string, image: Image): Promise<void> {
  const { name: lab } = state;
  const directory = hostDirectory(lab, host);
  const root = rootDirectory(lab, host);
  for (const part of ['upper', 'work', 'root']) await mkdir(`${directory}/${part}`, { recursive: true });
  if (!(await isMountPoint(root))) {
    const layers = `lowerdir=${image.root},upperdir=${directory}/upper,workdir=${directory}/work`;
    await must(['mount', '-t', 'overlay', '-o', layers, machineName(lab, host), root], { host });
  }
  await writeFile(`${root}/etc/hostname`, `${host}\n`);
  if ((await run(['test', '-s', `${root}/etc/machine-id`])).exitCode !== 0) {
    await must(['systemd-machine-id-setup', `--root=${root}`], { host });
  }
  for (const suffix of ['', '.pub']) {
    const target = `${root}/etc/ssh/ssh_host_ed25519_key${suffix}`;
    await copyFile(`${hostKeyPath(lab, host)}${suffix}`, target);
  }
  const authorized = `${await publicKey(labKeyPath(lab))}\n`;
  for (const user of Object.values(labUsers)) await authorize(root, user, authorized);
}

async function authorize(root: string, user: string, keys: string): Promise<void> {
  const home = user === 'root' ? '/root' : `/home/${user}`;
  await must(['install', '-d', '-m', '700', `${root}${home}/.ssh`]);
  await writeFile(`${root}${home}/.ssh/authorized_keys`, keys, { mode: 0o600 });
  await must(['chroot', root, 'chown', '-R', `${user}:${user}`, `${home}/.ssh`]);
}

/** Writes what depends on the other hosts and on this machine: names of all hosts, device nodes. */
export async function writeSurroundings(
  state: LabState,
  host: string,
  devices: readonly LoopDevice[],
): Promise<void> {
  const root = rootDirectory(state.name, host);
  const names = state.hosts.map((other) => `${hostAddresses(state.slot, other).management} ${other}`);
  await writeFile(`${root}/etc/hosts`, ['127.0.0.1 localhost', '::1 localhost', ...names, ''].join('\n'));
  await writeFile(`${root}${devicesFile}`, deviceNodes(devices));
}

/** Read at boot by systemd-tmpfiles in the host. */
export const devicesFile = '/etc/tmpfiles.d/minime-lab-disks.conf';
