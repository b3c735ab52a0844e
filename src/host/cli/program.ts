import { Command } from 'commander';
import type { HostStatus } from '../../contract/hostState.ts';
import { askPeers } from '../dispatch/askPeers.ts';
import { answerOriginalCommand } from '../dispatch/originalCommand.ts';
import { dispatch } from '../dispatch/server.ts';
import { noteEvent } from '../history/note.ts';
import type { Host } from '../host.ts';
import { sectionReaders } from '../monitor/sections.ts';
import { readStatus } from '../monitor/status.ts';
import { serve } from '../serve/server.ts';
import { regularSync } from '../sync/regular.ts';
import { forgetAutostart, giveBackAutostart, rememberedAutostart } from '../takeover/autostart.ts';
import { rejoin } from '../takeover/rejoin.ts';
import { takeover } from '../takeover/takeover.ts';
import { exitCodes } from './exitCodes.ts';
import { addMoveCommands } from './moveCommands.ts';
import { untilStopped } from './untilStopped.ts';

/** Where a command is answered. */
export interface Terminal {
  input: NodeJS.ReadableStream;
  output: NodeJS.WritableStream;
  error: NodeJS.WritableStream;
}

/** The command line. `finish` is told the exit code; what is thrown is for the caller to show. */
export function vmclProgram(
  host: Host,
  finish: (exitCode: number) => void,
  { input, output, error }: Terminal,
): Command {
  const print = (text: string): void => void output.write(`${text}\n`);
  const program = new Command('vmcl')
    .description('The host program of Minime: status, sync and quorum disks of this host.')
    .version(host.version)
    .configureOutput({
      writeOut: (text) => void output.write(text),
      writeErr: (text) => void error.write(text),
    });

  program
    .command('status')
    .description('what this host knows of itself and of its cluster')
    .option('--json', 'all of it, for programs')
    .action(async ({ json }: { json?: boolean }) => {
      const status = await readStatus(host, sectionReaders(host));
      print(json === true ? JSON.stringify(status) : describe(status));
      finish(status.errors.length === 0 ? exitCodes.done : exitCodes.partly);
    });

  program
    .command('serve')
    .description('answer the console on standard input and output')
    .action(async () => {
      await serve(host, input, output);
      finish(exitCodes.done);
    });

  program
    .command('dispatch')
    .description('answer another host of the cluster on standard input and output; run by sshd')
    .action(async () => {
      const { SSH_ORIGINAL_COMMAND: command } = process.env;
      if (command !== undefined) {
        finish(await answerOriginalCommand(host, command));
        return;
      }
      await dispatch(host, input, output);
      finish(exitCodes.done);
    });

  program
    .command('peers')
    .description('ask the other hosts of the cluster whether they answer')
    .option('--json', 'all of it, for programs')
    .action(async ({ json }: { json?: boolean }) => {
      const answers = await askPeers(host);
      const lines = answers.map(({ host: name, ok, milliseconds, error }) =>
        ok ? `${name}: answers after ${milliseconds} ms` : `${name}: ${error?.message} ${error?.cause ?? ''}`,
      );
      print(json === true ? JSON.stringify(answers) : lines.join('\n'));
      finish(answers.every(({ ok }) => ok) ? exitCodes.done : exitCodes.partly);
    });

  program
    .command('sync')
    .description("copy the definitions of this host's VMs to its quorum disk, as far as they changed")
    .option('--json', 'the report, for programs')
    .action(async ({ json }: { json?: boolean }) => {
      const report = await regularSync(host);
      const { written, unchanged, removed, problems } = report;
      print(
        json === true
          ? JSON.stringify(report)
          : `${written} written, ${unchanged} unchanged, ${removed} removed, ${problems.length} problems`,
      );
      const failed = problems.some(({ severity }) => severity === 'error');
      finish(failed ? exitCodes.partly : exitCodes.done);
    });

  program
    .command('note <text>')
    .description('note in the history of the cluster what was deployed or changed; run by the console')
    .option('--by <admin>', 'who did it')
    .action(async (text: string, { by }: { by?: string }) => {
      const { told } = await noteEvent(host, {
        kind: 'deployment',
        severity: 'info',
        text,
        ...(by === undefined ? {} : { by }),
      });
      await told;
      finish(exitCodes.done);
    });

  program
    .command('takeover <host>')
    .description('care for the VMs of a failed host whose quorum disk is mounted here; run by its agent')
    .action(async (home: string) => {
      await untilStopped((signal) => takeover(host, home, { signal }));
      finish(exitCodes.done);
    });

  program
    .command('rejoin')
    .description('start the VMs of this host that ran before it went down; run by its agent')
    .action(async () => {
      await untilStopped((signal) => rejoin(host, { signal }));
      finish(exitCodes.done);
    });

  const autostart = program
    .command('autostart')
    .description('the VMs that vmcl starts when this host comes up, in place of libvirt');
  autostart
    .command('list')
    .description('their names')
    .action(async () => {
      for (const name of (await rememberedAutostart(host)).values()) print(name);
      finish(exitCodes.done);
    });
  autostart
    .command('forget <vm>')
    .description('do not start this VM (name or uuid) any more')
    .action(async (vm: string) => {
      finish((await forgetAutostart(host, vm)) ? exitCodes.done : exitCodes.notFound);
    });
  autostart
    .command('restore')
    .description("give libvirt's autostart back for all of them, when this host leaves the cluster")
    .action(async () => {
      for (const name of await giveBackAutostart(host)) print(name);
      finish(exitCodes.done);
    });

  addMoveCommands(program, host, finish);

  const disk = program.command('disk').description('the quorum disk of a host; used by the resource agent');
  disk
    .command('mount <host>')
    .description('mount it here, unless another host has it')
    .action(async (home: string) => {
      await host.quorumDisks.mount(home);
      finish(exitCodes.done);
    });
  disk
    .command('umount <host>')
    .description('unmount it')
    .action(async (home: string) => {
      await host.quorumDisks.unmount(home);
      finish(exitCodes.done);
    });
  disk
    .command('check <host>')
    .description('succeed if it is mounted here, is the right one, and can be written')
    .action(async (home: string) => {
      await host.quorumDisks.check(home);
      finish(exitCodes.done);
    });

  program
    .command('version')
    .description('print the version')
    .action(() => {
      print(host.version);
      finish(exitCodes.done);
    });
  return program;
}

/** A few lines for a person at a shell; programs take --json. */
function describe({ sections, errors }: HostStatus): string {
  const { system, cluster, vms, quorumDisks } = sections;
  const problems = [
    ...errors,
    ...(system?.problems ?? []),
    ...(cluster?.problems ?? []),
    ...(quorumDisks?.disks ?? []).flatMap((disk) => disk.problems),
  ];
  const engine =
    cluster === undefined || cluster.engine === 'none'
      ? 'no cluster'
      : `cluster ${cluster.name ?? '?'}: engine ${cluster.engine}, ${cluster.quorate ? 'quorate' : 'not quorate'}, ` +
        `${cluster.members.filter(({ online }) => online).length} of ${cluster.members.length} hosts`;
  const running = vms?.vms.filter(({ state }) => state === 'running').length ?? 0;
  const unprotected = vms?.vms.filter(({ protection }) => !protection.protected).length ?? 0;
  return [
    `${system?.nodeName ?? '?'} (vmcl ${system?.vmclVersion ?? '?'})`,
    engine,
    `${vms?.vms.length ?? 0} VMs, ${running} running, ${unprotected} unprotected`,
    ...problems.map(({ severity, title }) => `${severity}: ${title}`),
  ].join('\n');
}
