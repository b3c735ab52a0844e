import { describe, expect, it } from 'vitest';
import { debian } from './debian.ts';
import { rhel } from './rhel.ts';
import { suse } from './suse.ts';

describe('apt', () => {
  it('tells what is installed and what can be', () => {
    const states = debian.query(['corosync']).parse(`corosync:
  Installed: 3.1.7-1+deb12u2
  Candidate: 3.1.7-1+deb12u2
  Version table:
 *** 3.1.7-1+deb12u2 500
crmsh:
  Installed: (none)
  Candidate: 4.4.1-1
fence-agents-base:
  Installed: (none)
  Candidate: (none)
`);
    expect(Object.fromEntries(states)).toEqual({
      corosync: { installed: true, candidate: '3.1.7-1+deb12u2' },
      crmsh: { installed: false, candidate: '4.4.1-1' },
      'fence-agents-base': { installed: false },
    });
  });

  it('tells new packages from upgraded ones', () => {
    const output = `Inst libc6 [2.36-9] (2.36-10 Debian [amd64])
Inst corosync (3.1.7-1 localhost [amd64])
Inst libfoo:i386 (1 localhost [i386])
Conf corosync (3.1.7-1 localhost [amd64])
`;
    expect(debian.simulate?.(['corosync']).parse(output)).toEqual(['corosync', 'libfoo']);
  });

  it('tells everything a purge would take', () => {
    expect(debian.simulatePurge?.(['a']).parse('Remv b [1]\nPurg a [2]\n')).toEqual(['b', 'a']);
  });

  it('tells what it was cut off at', () => {
    const cutOff = (stdout: string) => debian.repair?.query.parse(stdout);
    const whole = 'ok installed libc6:amd64\nok config-files old\n';
    expect(cutOff(`${whole}lock\ntmp.i\n`)).toBeNull();
    expect(cutOff(`${whole}0012\n`)).toEqual({ unpackAgain: [] });
    expect(cutOff(`${whole}ok half-configured sbd\n`)).toEqual({ unpackAgain: [] });
    expect(
      cutOff(
        `${whole}reinstreq unpacked liblrmd28:amd64\nok triggers-awaited a\nreinstreq half-installed b\n`,
      ),
    ).toEqual({ unpackAgain: ['liblrmd28:amd64', 'b'] });
  });

  it('takes nothing off to mend that', () => {
    expect(debian.repair?.complete).toContain('--no-remove');
    expect(debian.repair?.unpackAgain(['a']).slice(-4)).toEqual(['--reinstall', '--no-remove', '--', 'a']);
  });

  it('tells which package failed and what its script said', () => {
    const output = `debconf: delaying package configuration, since apt-utils is not installed
groupadd: cannot lock /etc/group; try again later.
dpkg: error processing package sbd (--configure):
 installed sbd package post-installation script subprocess returned error exit status 10
Errors were encountered while processing:
 sbd
E: Sub-process /usr/bin/dpkg returned an error code (1)
`;
    expect(debian.reason(output)).toBe(
      'sbd: installed sbd package post-installation script subprocess returned error exit status 10; groupadd: cannot lock /etc/group; try again later.',
    );
    expect(debian.reason('W: old\nE: Unable to fetch some archives\n')).toBe('Unable to fetch some archives');
    expect(debian.reason('W: old\n')).toBeUndefined();
  });

  it('never takes a package name for an option', () => {
    for (const argv of [debian.install(['-x']), debian.purge(['-x']), debian.download(['-x'])]) {
      expect(argv.indexOf('--')).toBe(argv.indexOf('-x') - 1);
    }
  });
});

describe('the other families', () => {
  it('read what dnf prints', () => {
    const states = rhel.query(['corosync']).parse('corosync  3.1.8\npacemaker @highavailability 2.1.7\n');
    expect(states.get('corosync')).toEqual({ installed: false, candidate: '3.1.8' });
    expect(states.get('pacemaker')).toEqual({ installed: true, candidate: '2.1.7' });
  });

  it('read what zypper prints', () => {
    const states = suse.query(['corosync']).parse(`S  | Name      | Type    | Version | Arch   | Repository
---+-----------+---------+---------+--------+-----------
i+ | corosync  | package | 3.1.8-1 | x86_64 | HA
   | pacemaker | package | 2.1.7-1 | x86_64 | HA
`);
    expect(states.get('corosync')?.installed).toBe(true);
    expect(states.get('pacemaker')).toEqual({ installed: false, candidate: '2.1.7-1' });
  });
});
