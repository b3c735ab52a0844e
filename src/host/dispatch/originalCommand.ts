import { spawn } from 'node:child_process';
import { MinimeError } from '../../contract/errors.ts';
import type { Host } from '../host.ts';
import { expectedVms } from './expect.ts';

/**
 * What libvirt asks an SSH server to run with `proxy=native` for `qemu:///system`, to the letter (as seen with libvirt 9.0,
 * virNetClientSSHHelperCommand; quotes within quotes, since it escapes what needs no escaping).
 */
const libvirtAsks = "sh -c 'virt-ssh-helper 'qemu:///system''";

/** The program that connects its standard streams with the libvirt of this host, whichever daemons it consists of. */
const helper = ['virt-ssh-helper', 'qemu:///system'] as const;

/**
 * What the other end of an SSH connection asked to be run, which sshd puts into SSH_ORIGINAL_COMMAND instead of running it. A host
 * that wants `dispatch` asks for nothing. libvirt is let in only while a VM is expected here: beyond that, the key that hosts have
 * gives none of them this one's libvirt. Rejects with `not-permitted`.
 */
export async function answerOriginalCommand(
  host: Host,
  command: string,
  run: (argv: readonly string[]) => Promise<number> = runInPlace,
): Promise<number> {
  if (command !== libvirtAsks) throw refused(command);
  const expected = await expectedVms(host);
  if (expected.length === 0) throw refused(command, 'No VM is expected here now.');
  host.log.info({ expected: expected.map(({ name }) => name) }, 'another host connects to libvirt');
  return await run(helper);
}

const refused = (command: string, why = ''): MinimeError =>
  new MinimeError({
    kind: 'not-permitted',
    message: 'This key is for asking vmcl dispatch, and for nothing else.',
    cause: `It was used to run: ${command.slice(0, 200)}. ${why}`.trimEnd(),
  });

/** The streams are handed on as they are. Resolves with the exit code when it has ended. */
function runInPlace([program = '', ...args]: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: '/', stdio: 'inherit' });
    child.once('error', (error) =>
      reject(
        new MinimeError({
          kind: 'unsupported',
          message: `${program} cannot be run on this host: ${error.message}`,
          remedy: 'Install the package that holds it (libvirt-daemon, or libvirt-client).',
        }),
      ),
    );
    child.once('close', (code) => resolve(code ?? 1));
  });
}
