import { expect, test } from 'vitest';
import { MinimeError } from '../../contract/errors.ts';
import type { Runner } from '../ports/runner.ts';
import { parseConfiguration } from './configuration.ts';
import { askFenceDevices } from './fenceDevices.ts';

const xml = `<configuration>
  <crm_config><cluster_property_set id="cib-bootstrap-options">
    <nvpair id="w" name="have-watchdog" value="true"/>
  </cluster_property_set></crm_config>
  <resources>
    <primitive id="fence-n1" class="stonith" type="fence_ipmilan"/>
    <primitive id="web" class="ocf" provider="heartbeat" type="IPaddr2"/>
    <group id="g"><primitive id="fence-n2" class="stonith" type="fence_ipmilan"/></group>
    <clone id="c"><group id="h"><primitive id="fence-n3" class="stonith" type="fence_sbd"/></group></clone>
  </resources>
</configuration>`;

test('every fence resource is asked, and one that fails does not hide the others', async () => {
  const asked: string[] = [];
  const must: Runner['must'] = async (argv) => {
    asked.push(argv.join(' '));
    if (argv.at(-1) === 'fence-n2') {
      throw new MinimeError({ kind: 'timeout', message: 'It gave no answer within 60 s.' });
    }
    return '';
  };
  const runner: Runner = {
    must,
    run: () => Promise.reject(new Error('not asked')),
    follow: () => {
      throw new Error('not followed');
    },
  };
  expect(await askFenceDevices(runner, parseConfiguration(xml))).toEqual({
    devices: [
      { name: 'fence-n1', answers: true },
      { name: 'fence-n2', answers: false, reason: 'It gave no answer within 60 s.' },
      { name: 'fence-n3', answers: true },
    ],
    watchdog: true,
  });
  expect(asked).toEqual(['fence-n1', 'fence-n2', 'fence-n3'].map((name) => `stonith_admin --query ${name}`));
});
