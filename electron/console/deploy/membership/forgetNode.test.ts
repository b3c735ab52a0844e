import { describe, expect, it } from 'vitest';
import type { Node } from '../context.ts';
import { execute } from '../execute/execute.ts';
import { ScriptedHost } from '../testing/scriptedHost.ts';
import { forgetNodeSteps } from './forgetNode.ts';

const context = {
  signal: new AbortController().signal,
  reporter: { step: () => undefined, finding: () => undefined },
};

/** Members n1 and n2 of a cluster that had n3; the first `lost` requests to a controller get lost. */
function setUp(lost: number, cibHas = true) {
  const remembering = new Set(['n1', 'n2']);
  let inCib = cibHas;
  let requests = 0;
  const nodes = ['n1', 'n2'].map((name): Node & { remote: ScriptedHost } => {
    const remote = new ScriptedHost(name);
    remote.answer = (argv) => {
      const command = argv.join(' ');
      if (command === 'cibadmin --query') {
        const nodes = `<node id="1" uname="n1"/>${inCib ? '<node id="3" uname="n3"/>' : ''}`;
        return { stdout: `<cib><configuration><nodes>${nodes}</nodes></configuration><status/></cib>` };
      }
      if (command === 'crm_node --list') {
        return { stdout: `1 n1 member\n2 n2 member\n${remembering.has(name) ? '3 n3 lost\n' : ''}` };
      }
      if (command === 'crm_node --force --remove n3') {
        inCib = false;
        // Each host takes part in the other's request, but here only its own counts.
        if (requests++ >= lost) remembering.delete(name);
        return {};
      }
      return undefined;
    };
    return { name, hostId: name, remote };
  });
  const removals = (node: string) =>
    nodes.find(({ name }) => name === node)?.remote.commands.filter((one) => one.includes('--remove')).length;
  return { nodes, remembering, removals };
}

describe('forgetting a node', () => {
  it('is asked of every remaining host', async () => {
    const { nodes, remembering } = setUp(0);
    expect(await execute(forgetNodeSteps(nodes, 'n3'), context)).toMatchObject({ done: 2 });
    expect([...remembering]).toEqual([]);
  });

  it('counts only once the controllers have forgotten it, though the CIB has', async () => {
    const { nodes, remembering, removals } = setUp(2);
    await execute(forgetNodeSteps(nodes, 'n3'), context);
    expect([...remembering]).toEqual([]);
    expect([removals('n1'), removals('n2')]).toEqual([2, 2]);
  });

  it('has nothing to do where nobody remembers it', async () => {
    const { nodes, remembering, removals } = setUp(0, false);
    remembering.clear();
    expect(await execute(forgetNodeSteps(nodes, 'n3'), context)).toMatchObject({ unchanged: 2 });
    expect(removals('n1')).toBe(0);
  });

  it('does not take a host for another whose name begins alike', async () => {
    const { nodes, removals } = setUp(0, false);
    await execute(forgetNodeSteps(nodes, 'n'), context);
    expect(removals('n1')).toBe(0);
  });
});
