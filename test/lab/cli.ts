import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Command, InvalidArgumentError, Option } from 'commander';
import { toErrorInfo } from '../../src/contract/errors.ts';
import { Bmcs } from './bmc.ts';
import { type DiskTrouble, diskTroubles } from './brokenDisks.ts';
import { drill } from './drill.ts';
import type { GuestOptions } from './guestXml.ts';
import { ensureImage } from './image/image.ts';
import { Lab } from './lab.ts';
import { labPassword, labUsers } from './names.ts';
import { labNetworks } from './network.ts';
import { installPrerequisites, requirePrerequisites } from './prerequisites.ts';
import { listLabs, readState } from './state.ts';

const say = (message: string): void => console.log(message);

const program = new Command('lab')
  .description('Real hypervisor hosts on this machine: containers with systemd, sshd, libvirt and QEMU.')
  .option('--lab <name>', 'which lab; several can exist side by side', process.env.MINIME_LAB ?? 'lab')
  .enablePositionalOptions();

/** What stands after the command, which counts more than what stands before it. */
let named: string | undefined;
const labName = (): string => named ?? program.opts<{ lab: string }>().lab;
const attach = (): Promise<Lab> => Lab.attach(labName());

program
  .command('up')
  .description('bring the lab up, or finish and repair it')
  .option('--hosts <number>', 'how many hosts (1 to 32)', toNumber, 3)
  .action(async ({ hosts }: { hosts: number }) => {
    const lab = await Lab.up({ name: labName(), hosts, onProgress: say });
    await printStatus(lab.name);
  });

program
  .command('down')
  .description('remove the lab with all its hosts and disks')
  .action(async () => {
    await Lab.down(labName(), say);
    say(`Lab ${labName()} is down.`);
  });

program
  .command('status')
  .description('show all labs of this machine')
  .action(async () => {
    const labs = await listLabs();
    if (labs.length === 0) say('There is no lab. "npm run lab -- up" makes one.');
    for (const lab of labs) await printStatus(lab);
  });

program
  .command('ssh <host> [command...]')
  .description('log in to a host, or run a command there over SSH')
  .option('--user <name>', 'root, admin, ops or guest', labUsers.root)
  .passThroughOptions()
  .action(async (name: string, command: string[], { user }: { user: string }) => {
    const lab = await attach();
    const options = [
      '-i',
      lab.sshKeyPath,
      '-o',
      `UserKnownHostsFile=${lab.knownHostsPath}`,
      '-o',
      'IdentitiesOnly=yes',
    ];
    await become(['ssh', ...options, `${user}@${lab.host(name).address}`, ...command]);
  });

program
  .command('exec <host> <argv...>')
  .description('run a program in a host as root, not over SSH')
  .passThroughOptions()
  .action(async (name: string, argv: string[]) => {
    const result = await (await attach()).run(name, argv);
    process.stdout.write(result.stdout);
    process.stderr.write(result.stderr);
    process.exitCode = result.exitCode;
  });

program
  .command('kill <host>')
  .description("cut the host's power")
  .action(async (host: string) => (await attach()).kill(host));

program
  .command('boot <host>')
  .description('switch the host on and wait until it answers')
  .action(async (host: string) => (await attach()).boot(host));

program
  .command('bmc')
  .description('management controllers that speak IPMI, for fence agents, until Ctrl-C')
  .action(async () => {
    const lab = await attach();
    const bmcs = await Bmcs.start(lab);
    for (const { name } of lab.hosts) {
      const parameters = Object.entries(bmcs.parameters(name)).map(([key, value]) => `${key}=${value}`);
      say(`  ${name}  fence_ipmilan  ${parameters.join(' ')}`);
    }
    await Promise.race(['SIGINT', 'SIGTERM'].map((signal) => once(process, signal)));
    await bmcs.stop();
  });

program
  .command('drill <host>')
  .description(
    'rehearse the failure of a host of the deployed cluster; --real: have it fenced and taken over',
  )
  .option('--real', 'no dry run: the host is reset, and its VMs start on the others', false)
  .action(async (name: string, { real }: { real: boolean }) => {
    const lab = await attach();
    await drill(lab, lab.host(name).name, { real, say });
  });

program
  .command('partition <host...>')
  .description('separate these hosts from all others')
  .action(async (hosts: string[]) => (await attach()).partition(hosts));

program
  .command('heal')
  .description('end a partition and plug in all cut cables')
  .action(async () => (await attach()).heal());

program
  .command('cut-link <host> <n>')
  .description('pull a network cable: 0 is management, 1 and 2 are heartbeat links')
  .action(async (host: string, link: string) => (await attach()).cutLink(host, toNumber(link)));

program
  .command('mend-link <host> <n>')
  .description('plug the cable in again')
  .action(async (host: string, link: string) => (await attach()).mendLink(host, toNumber(link)));

program
  .command('break-disk <disk>')
  .description('make a shared disk (qd-n1, sbd, …) fail on all hosts')
  .addOption(
    new Option('--as <trouble>', 'what is wrong with it').choices(diskTroubles).default('unwritable'),
  )
  .action(async (disk: string, options: { as: DiskTrouble }) => (await attach()).breakDisk(disk, options.as));

program
  .command('mend-disk <disk>')
  .description('let the disk be well again')
  .action(async (disk: string) => (await attach()).mendDisk(disk));

program
  .command('image')
  .description('build the base image if it is not cached')
  .option('--fresh', 'build it again, with the packages of today')
  .action(async ({ fresh }: { fresh?: boolean }) => {
    await requirePrerequisites();
    say(`The image is ${(await ensureImage(say, fresh)).root}`);
  });

program
  .command('prerequisites')
  .description('install what the lab needs from Debian')
  .action(async () => {
    const missing = await installPrerequisites(say);
    if (missing.length > 0) program.error(`Still missing: ${missing.join(', ')}. Install them as root.`);
    say('All packages the lab needs are installed.');
  });

const vm = program.command('vm').description('virtual machines of the hosts');

vm.command('add <host> <name>')
  .description('define a virtual machine with a small Linux that counts on its disk')
  .option('--memory <MiB>', 'default 96, with --nvram 160', toNumber)
  .option('--vcpus <number>', 'default 1', toNumber)
  .option('--local', "disk on the host's own disk instead of the shared directory")
  .option('--bridge <name>', 'a network card on this bridge of the host (vmbr0 exists)')
  .option('--nvram', 'UEFI firmware with an NVRAM file')
  .option('--autostart', 'let libvirt start it with the host')
  .option('--start', 'start it now')
  .action(async (host: string, name: string, flags: VmFlags) => {
    const lab = await attach();
    await lab.addVm(host, guestOptions(name, flags));
    if (flags.start === true) await lab.startVm(host, name);
  });

vm.command('start <host> <name>').action(async (host: string, name: string) =>
  (await attach()).startVm(host, name),
);

vm.command('stop <host> <name>')
  .description("cut the virtual machine's power")
  .action(async (host: string, name: string) => (await attach()).stopVm(host, name));

vm.command('remove <host> <name>')
  .description('undefine it; its disk stays')
  .action(async (host: string, name: string) => (await attach()).guests.remove(host, name));

vm.command('list')
  .description('the virtual machines of all hosts')
  .action(async () => {
    const lab = await attach();
    for (const host of lab.hosts) {
      if (!(await lab.isPowered(host.name))) continue;
      const running = await lab.guests.list(host.name, 'running');
      for (const name of await lab.guests.list(host.name, 'all')) {
        say(`${host.name}  ${running.includes(name) ? 'running' : 'off    '}  ${name}`);
      }
    }
  });

for (const command of [...program.commands, ...vm.commands]) {
  command.option('--lab <name>', 'which lab; may also stand before the command');
}
program.hook('preAction', (_, action) => {
  for (
    let command: Command | null = action;
    command !== null && command !== program;
    command = command.parent
  ) {
    named ??= command.opts<{ lab?: string }>().lab;
  }
});

interface VmFlags {
  memory?: number;
  vcpus?: number;
  local?: boolean;
  bridge?: string;
  nvram?: boolean;
  autostart?: boolean;
  start?: boolean;
}

function guestOptions(name: string, flags: VmFlags): GuestOptions {
  return {
    name,
    disk: flags.local === true ? 'local' : 'shared',
    ...(flags.memory === undefined ? {} : { memoryMiB: flags.memory }),
    ...(flags.vcpus === undefined ? {} : { vcpus: flags.vcpus }),
    ...(flags.bridge === undefined ? {} : { bridge: flags.bridge }),
    ...(flags.nvram === undefined ? {} : { nvram: flags.nvram }),
    ...(flags.autostart === undefined ? {} : { autostart: flags.autostart }),
  };
}

async function printStatus(name: string): Promise<void> {
  const lab = await Lab.attach(name);
  const { cutLinks, partition } = await lab.faults();
  const slot = (await readState(name))?.slot ?? 0;
  say(
    `Lab ${name}: networks ${labNetworks(slot).join(', ')}; key ${lab.sshKeyPath}; password ${labPassword}`,
  );
  for (const host of lab.hosts) {
    const faults = [
      ...cutLinks.filter((cut) => cut.host === host.name).map((cut) => `link ${cut.link} cut`),
      ...(partition.includes(host.name) ? ['cut off'] : []),
    ];
    const power = (await lab.isPowered(host.name)) ? 'on ' : 'off';
    const addresses = [host.address, ...host.heartbeatAddresses].join('  ');
    say(`  ${host.name}  ${power}  ${addresses}  ${host.hostKeyFingerprint}  ${faults.join(', ')}`.trimEnd());
  }
}

function toNumber(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isInteger(number))
    throw new InvalidArgumentError('A whole number is expected.');
  return number;
}

/** Runs a program on this terminal and ends as it ends. */
function become(argv: readonly string[]): Promise<void> {
  const [file = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', (code) => {
      process.exitCode = code ?? 1;
      resolve();
    });
  });
}

program.parseAsync().catch((error: unknown) => {
  const info = toErrorInfo(error);
  console.error([info.message, info.remedy, info.details].filter((part) => part !== undefined).join('\n'));
  process.exitCode = 1;
});
