import { describe, expect, it } from 'vitest';
import { execute } from '../execute/execute.ts';
import { ScriptedHost } from '../testing/scriptedHost.ts';
import { settledStep } from './settled.ts';

const context = {
  signal: new AbortController().signal,
  reporter: { step: () => undefined, finding: () => undefined },
};

function group(home: string, runsOn: string | null): string {
  const resource = (id: string) =>
    runsOn === null
      ? `<resource id="${id}" role="Stopped" failed="false"/>`
      : `<resource id="${id}" role="Started" failed="false"><node name="${runsOn}"/></resource>`;
  return `<group id="vmcl-${home}">${resource(`quorum-disk-${home}`)}${resource(`vmcl-agent-${home}`)}</group>`;
}

const failure = (home: string, task: string, node: string, reason = '') =>
  `<failure op_key="quorum-disk-${home}_${task}_0" node="${node}" task="${task}" exitreason="${reason}" exitstatus="error"/>`;

const view = (resources: string, failures = '') =>
  `<pacemaker-result><resources>${resources}</resources><failures>${failures}</failures></pacemaker-result>`;

/** Shows the views in order, the last one for ever, beginning anew at the cleanup. */
async function settle(before: string, ...after: string[]): Promise<{ commands: string[] }> {
  const remote = new ScriptedHost('n1');
  let next = -1;
  remote.answer = (argv) => {
    if (argv[0] === 'crm_resource') next = 0;
    if (argv[0] !== 'crm_mon') return {};
    const stdout = next < 0 ? before : (after[Math.min(next, after.length - 1)] ?? before);
    if (next >= 0) next++;
    return { stdout };
  };
  await execute([settledStep({ name: 'n1', hostId: 'n1', remote }, ['n1', 'n2'])], context);
  return { commands: remote.commands.filter((command) => command.startsWith('crm_resource')) };
}

const good = view(group('n1', 'n1') + group('n2', 'n2'));
const away = group('n1', 'n1') + group('n2', 'n1');

describe('waiting for quorum disks to be mounted at home', () => {
  it('has nothing to do where all are', async () => {
    expect(await settle(good)).toEqual({ commands: [] });
  });

  it('gives what failed in an earlier run another chance', async () => {
    const earlier = view(away, failure('n2', 'start', 'n2', 'the device was missing'));
    expect(await settle(earlier, view(away), good)).toEqual({ commands: ['crm_resource --cleanup'] });
  });

  it.each([
    [
      'a start that failed at home',
      failure('n2', 'start', 'n2', 'there is no such device'),
      'start on n2: there is no such device',
    ],
    ['a stop that failed', failure('n2', 'stop', 'n1', 'it is busy'), 'stop on n1: it is busy'],
  ])('ends at once with the reason of %s', async (_, failed, reason) => {
    await expect(settle(view(away), view(away, failed))).rejects.toMatchObject({
      info: { host: 'n1', cause: `quorum-disk-n2 is not mounted on n2 (${reason}).` },
    });
  });

  it.each([
    ['without a reason', failure('n2', 'start', 'n2')],
    ['on another host', failure('n2', 'start', 'n1', 'n2 has it in use')],
    ['of a look', failure('n2', 'monitor', 'n2', 'it cannot be written')],
  ])('goes on after a failure %s', async (_, failed) => {
    const settling = settle(view(away), view(away, failed), view(away, failed), good);
    await expect(settling).resolves.toEqual({ commands: ['crm_resource --cleanup'] });
  });
});
