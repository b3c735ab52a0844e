import { describe, expect, it } from 'vitest';
import type { VirtualIpSpec } from '../../contract/virtualIp.ts';
import type { Runner } from '../ports/runner.ts';
import { parseConfiguration } from './configuration.ts';
import { parseCrmMon } from './crmMon.ts';
import { constraintXml, primitiveXml, VirtualIps } from './virtualIps.ts';

const web: VirtualIpSpec = { name: 'web', address: '10.0.0.50', prefixLength: 24, preferredHost: 'n2' };
const six: VirtualIpSpec = { name: 'six', address: 'fd00::50', prefixLength: 64, networkCard: 'vmbr0' };

const configuration = (resources: string, constraints = ''): string =>
  `<configuration><resources>${resources}</resources><constraints>${constraints}</constraints></configuration>`;

describe('virtual IPs in the CIB', () => {
  it('are read as they were written', () => {
    const xml = configuration(
      primitiveXml(web, 'Started') + primitiveXml(six, 'Started'),
      constraintXml('web', 'n2'),
    );
    expect(parseConfiguration(xml).virtualIps).toEqual([six, web]);
  });

  it('leave the resources of others alone', () => {
    const others =
      '<primitive id="virtual-ip-Not_Ours" class="ocf" provider="heartbeat" type="IPaddr2"/>' +
      '<primitive id="virtual-ip-web" class="ocf" provider="heartbeat" type="Dummy"/>' +
      '<primitive id="vip" class="ocf" provider="heartbeat" type="IPaddr2"/>';
    expect(parseConfiguration(configuration(others)).virtualIps).toEqual([]);
  });

  it('are where crm_mon says, or nowhere for its reason', () => {
    const resource = (name: string, more: string, node = ''): string =>
      `<resource id="virtual-ip-${name}" resource_agent="ocf:heartbeat:IPaddr2" ${more}>${node}</resource>`;
    const { virtualIps } = parseCrmMon(
      `<pacemaker-result><resources>${[
        resource('web', 'role="Started" failed="false"', '<node name="n2"/>'),
        resource('six', 'role="Stopped" failed="false"'),
        resource('bad', 'role="Stopped" failed="false"'),
      ].join('')}</resources><failures>
        <failure op_key="virtual-ip-bad_start_0" node="n1" exitreason="Unable to find nic or netmask."/>
      </failures></pacemaker-result>`,
    );
    expect([...virtualIps]).toEqual([
      ['web', { on: 'n2', state: 'started' }],
      ['six', { on: null, state: 'stopped' }],
      ['bad', { on: null, state: 'failed', failure: 'n1: Unable to find nic or netmask.' }],
    ]);
  });
});

describe('making a virtual IP', () => {
  /** Answers by the first words of a command; all else goes well. */
  function scripted(codes: Record<string, number>) {
    const ran: string[] = [];
    const run: Runner['run'] = async (argv, options) => {
      const line = [...argv, options?.input ?? ''].join(' ');
      ran.push(line);
      const found = Object.entries(codes).find(([part]) => line.includes(part));
      return { code: found?.[1] ?? 0, stdout: '', stderr: '' };
    };
    const must: Runner['must'] = async (argv, options) => {
      const { code, stdout } = await run(argv, options);
      if (code !== 0) throw new Error(`exit ${code}`);
      return stdout;
    };
    const runner: Pick<Runner, 'run' | 'must'> = { run, must };
    return { virtualIps: new VirtualIps(runner as Runner), ran };
  }

  it('says where it is to live before it is brought up', async () => {
    const { virtualIps, ran } = scripted({});
    await virtualIps.add(web);
    expect(
      ran.map((line) => [line.includes('rsc_location'), /value="(Started|Stopped)"/.exec(line)?.[1]]),
    ).toEqual([
      [false, 'Stopped'],
      [true, undefined],
      [false, 'Started'],
    ]);
  });

  it('refuses a name that is taken', async () => {
    const { virtualIps } = scripted({ '--create': 108 });
    await expect(virtualIps.add(web)).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('leaves nothing if it cannot be finished', async () => {
    const { virtualIps, ran } = scripted({ '--modify --allow-create --scope constraints': 1 });
    await expect(virtualIps.add(web)).rejects.toThrow('exit 1');
    expect(ran.at(-1)).toContain("--delete --xpath //primitive[@id='virtual-ip-web']");
  });

  it('knows none of a name that could leave its path', async () => {
    const { virtualIps, ran } = scripted({});
    await expect(virtualIps.remove("x']|//*['")).rejects.toThrow('Use lower-case letters');
    expect(ran).toEqual([]);
  });

  it('cannot move or remove what is not there', async () => {
    const { virtualIps } = scripted({ '--query': 105 });
    await expect(virtualIps.move('web', 'n1')).rejects.toMatchObject({ kind: 'not-found' });
    await expect(virtualIps.remove('web')).rejects.toMatchObject({ kind: 'not-found' });
  });
});
