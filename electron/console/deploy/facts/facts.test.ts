import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentOf, readBlockDevices, readSignatures } from './blockDevices.ts';
import { describeDistribution, parseOsRelease } from './osRelease.ts';
import { readSbdHeader } from './sbdHeader.ts';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, '../testing/fixtures', name));

describe('a poison-pill disk', () => {
  it('is read as `sbd dump` and `sbd list` show it', () => {
    expect(readSbdHeader(fixture('poison-pill.bin'))).toEqual({
      uuid: 'e39b434d-1cf1-4a1d-a5d5-caa1712cbab3',
      watchdogS: 5,
      msgwaitS: 10,
      slots: ['n1', 'n2'],
    });
  });

  it('is told from anything else', () => {
    expect(readSbdHeader(Buffer.alloc(4096))).toBeNull();
    expect(readSbdHeader(Buffer.from('SBD_SBD_'))).toBeNull();
  });
});

describe('block devices', () => {
  const disk = (name: string, number: string, more: object = {}) => ({
    name,
    path: `/dev/${name}`,
    type: 'disk',
    size: 104857600,
    ro: false,
    wwn: null,
    serial: null,
    'maj:min': number,
    mountpoints: [null],
    ...more,
  });
  const list = (...devices: object[]) => JSON.stringify({ blockdevices: devices });

  it('are listed with all their names, whatever the node is called', () => {
    const nodes = '8:0 /dev/sda\n8:0 /dev/disk/by-id/wwn-1\n8:10 /dev/disk/by-id/two words\n';
    const found = readBlockDevices(
      list(disk('sda', '8:0', { wwn: '0x1' }), disk('sdb', '8:16'), disk('sdc', '8:32')),
      nodes,
    );
    expect(found.map((one) => [one.path, one.aliases, one.identity])).toEqual([
      ['/dev/disk/by-id/two words', [], undefined],
      ['/dev/sda', ['/dev/disk/by-id/wwn-1'], '0x1'],
    ]);
  });

  it.each([
    [{ mountpoints: ['/srv'] }, 'mounted on /srv'],
    [{ mountpoints: ['[SWAP]'] }, 'used as swap space'],
    [{ children: [disk('sda1', '8:1', { type: 'part' })] }, 'has partitions'],
    [
      { children: [disk('vg-lv', '253:0', { type: 'lvm', path: '/dev/mapper/vg-lv' })] },
      'used by /dev/mapper/vg-lv',
    ],
    [{ ro: '1' }, 'read-only'],
    [{}, undefined],
  ])('%j is shown as %s', (more, content) => {
    const [found] = readBlockDevices(list(disk('sda', '8:0', more)), '8:0 /dev/sda\n');
    expect(found === undefined ? 'not listed' : contentOf(found)).toBe(content);
  });

  it('are shown with what blkid says they hold', () => {
    const signatures = readSignatures(
      'DEVNAME=/dev/sda\nLABEL=two\\ words\nUUID=1\nTYPE=ext4\n\nDEVNAME=/dev/sdb\nPTTYPE=gpt\n\nDEVNAME=/dev/sdc\nLABEL=minime-qd\nTYPE=ext4\n',
    );
    const shown = ['/dev/sda', '/dev/sdb', '/dev/sdc', '/dev/sdd'].map((path) => {
      const signature = signatures.get(path);
      const device = { path, aliases: [], size: 1, multipath: false, readOnly: false };
      return contentOf(signature === undefined ? device : { ...device, signature });
    });
    expect(shown).toEqual(['ext4 “two words”', 'gpt partition table', 'a quorum disk of Minime', undefined]);
  });
});

describe('os-release', () => {
  it.each([
    ['ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n', 'debian', true],
    ['ID=ubuntu\nID_LIKE=debian\n', 'debian', false],
    ['ID="rocky"\nID_LIKE="rhel centos fedora"\n', 'rhel', false],
    ['ID=\'opensuse-leap\'\nID_LIKE="suse opensuse"\n', 'suse', false],
    ['ID=arch\n', 'unknown', false],
    ['', 'unknown', false],
  ])('%j is of the family %s', (text, family, tested) => {
    expect(describeDistribution(text)).toMatchObject({ family, tested });
  });

  it('takes quotes and backslashes off', () => {
    expect(parseOsRelease('NAME="a \\"b\\" c"\n# comment\nnonsense\n')).toEqual({ NAME: 'a "b" c' });
  });
});
