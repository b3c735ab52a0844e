import { expect, it } from 'vitest';
import { debian } from '../distributions/debian.ts';
import { rhel } from '../distributions/rhel.ts';
import { probeOf } from '../facts/probe.ts';
import { ScriptedHost } from '../testing/scriptedHost.ts';
import { cutOffOn, repairSteps } from './repair.ts';

function answering(answer: { code?: number; stdout?: string }) {
  const remote = new ScriptedHost('n1');
  remote.answer = () => answer;
  return { probe: probeOf(remote), node: { name: 'n1', hostId: 'n1', remote } };
}

it('mends nothing where all is whole, or the package manager does so by itself', async () => {
  const { probe, node } = answering({ stdout: 'ok installed libc6:amd64\n' });
  expect(await cutOffOn(probe, debian)).toBeNull();
  expect(await cutOffOn(probe, rhel)).toBeNull();
  expect(repairSteps(node, 'packages', debian, null)).toEqual([]);
});

it('sets up, completes, and then unpacks again what is only half there', async () => {
  const { probe, node } = answering({ stdout: 'reinstreq unpacked liblrmd28:amd64\n' });
  const cutOff = await cutOffOn(probe, debian);
  expect(repairSteps(node, 'clean', debian, cutOff).map(({ id }) => id)).toEqual([
    'n1/clean/configure',
    'n1/clean/complete',
    'n1/clean/unpack-again',
  ]);
});

it('does not take a package manager that gives no answer for whole', async () => {
  const { probe } = answering({ code: 2, stdout: '' });
  expect(await cutOffOn(probe, debian)).toEqual({ unpackAgain: [] });
});
