import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  cpuPercent,
  mountOf,
  parseMeminfo,
  parseMountinfo,
  parseOsRelease,
  parseStat,
  startTicks,
} from './proc.ts';

const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');

describe('/proc', () => {
  it('gives CPU time, cores and memory', () => {
    const { cores, busy, total } = parseStat(fixture('stat.txt'));
    expect(cores).toBe(2);
    expect(busy).toBeGreaterThan(0);
    expect(total).toBeGreaterThan(busy);
    const memory = parseMeminfo(fixture('meminfo.txt'));
    expect(memory.total).toBeGreaterThan(memory.free);
    expect(memory.free % 1024).toBe(0);
  });

  it('gives use of CPU between two readings, even if a counter went back', () => {
    expect(cpuPercent({ busy: 0, total: 0 }, { busy: 50, total: 200 })).toBe(25);
    expect(cpuPercent({ busy: 60, total: 100 }, { busy: 50, total: 200 })).toBe(0);
    expect(cpuPercent({ busy: 5, total: 10 }, { busy: 5, total: 10 })).toBe(0);
  });

  it('gives mounts, and the one a path lies on', () => {
    const mounts = parseMountinfo(fixture('mountinfo.txt'));
    expect(mounts.at(-1)).toEqual({
      folder: '/var/lib/minime/quorum/n1',
      fsType: 'ext4',
      source: '/dev/loop7',
      readOnly: false,
    });
    expect(mountOf('/srv/vms/a.qcow2', mounts)?.folder).toBe('/srv/vms');
    expect(mountOf('/srv/vmsa/a.qcow2', mounts)?.folder).toBe('/');
    const odd = parseMountinfo(
      '1 2 3:4 / /mnt/a\\040b ro - nfs4 srv:/x\\040y rw\n2 2 3:4 / /mnt/c rw - ext4 /dev/x ro\n',
    );
    expect(odd).toEqual([
      { folder: '/mnt/a b', fsType: 'nfs4', source: 'srv:/x y', readOnly: true },
      { folder: '/mnt/c', fsType: 'ext4', source: '/dev/x', readOnly: true },
    ]);
  });

  it('gives the start of init, whatever it is called', () => {
    const fields = Array.from({ length: 40 }, (_, index) => index + 3).join(' ');
    expect(startTicks(`1 (sys) (te md) ${fields}`)).toBe(22);
  });

  it('gives the distribution', () => {
    expect(parseOsRelease('PRETTY_NAME="Debian 12"\nID=debian\nVERSION_ID="12"\n')).toEqual({
      id: 'debian',
      version: '12',
      prettyName: 'Debian 12',
    });
  });
});
