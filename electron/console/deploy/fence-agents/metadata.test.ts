import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ScriptedHost } from '../testing/scriptedHost.ts';
import { fenceAgentForm, isSecretParameter, readFenceAgent } from './metadata.ts';

const metadata = (agent: string) =>
  readFileSync(join(import.meta.dirname, `../testing/fixtures/${agent}.xml`), 'utf8');

describe('the form of a fence agent', () => {
  const form = readFenceAgent(metadata('fence_ipmilan'));
  const parameter = (name: string) => form.parameters.find((one) => one.name === name);

  it('has what the agent asks for, with types, choices and defaults', () => {
    expect(form.name).toBe('fence_ipmilan');
    expect(form.description).toBe('Fence agent for IPMI');
    expect(parameter('ip')).toMatchObject({ required: false, secret: false, type: 'string' });
    expect(parameter('auth')).toMatchObject({ type: 'select', options: ['md5', 'password', 'none'] });
    expect(parameter('lanplus')).toMatchObject({ type: 'boolean' });
    expect(
      readFenceAgent(metadata('fence_sbd')).parameters.find((one) => one.name === 'devices')?.required,
    ).toBe(true);
    expect(parameter('ipport')).toMatchObject({ type: 'integer', default: '623' });
  });

  it('hides passwords and leaves out what Pacemaker sets and what is obsolete', () => {
    expect(parameter('password')?.secret).toBe(true);
    expect(parameter('password_script')?.secret).toBe(false);
    expect(parameter('passwd')).toBeUndefined();
    expect(parameter('action')).toBeUndefined();
    expect(parameter('verbose')).toBeUndefined();
  });

  it.each([
    ['passwd', true],
    ['snmp_priv_passwd', true],
    ['secret_key', true],
    ['community', true],
    ['passwd_script', false],
    ['username', false],
    ['password_file', false],
  ])('takes %s for a secret: %s', (name, secret) => {
    expect(isSecretParameter(name)).toBe(secret);
  });

  it('is typed errors for an agent that is missing, mute or badly named', async () => {
    const host = new ScriptedHost('n1');
    host.answer = (argv) => (argv[0] === 'fence_missing' ? { code: 127 } : { stdout: 'Traceback' });
    await expect(fenceAgentForm(host, 'fence_missing')).rejects.toMatchObject({ kind: 'not-found' });
    await expect(fenceAgentForm(host, 'fence_mute')).rejects.toMatchObject({ kind: 'tool-failed' });
    await expect(fenceAgentForm(host, 'rm')).rejects.toMatchObject({ kind: 'invalid-input' });
    expect(host.commands).not.toContain('rm -o metadata');
  });
});
