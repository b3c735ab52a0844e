import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseCapabilities } from './capabilities.ts';
import { hashContent } from './content.ts';
import { parseDomain } from './domainXml.ts';
import { domainOfEvent } from './events.ts';
import { isUnreachable, parseDomstats, parseUuidList, splitDomains } from './virsh.ts';

/** Captured from libvirt 9.0.0 on Debian 12. */
const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
const uefi = fixture('uefi.xml');

describe('a domain', () => {
  it('is read from its XML', () => {
    expect(parseDomain(uefi)).toMatchObject({
      uuid: 'fd29d487-c3e2-4a4f-a031-b26a934ddaaf',
      name: 'uefi',
      memory: 160 * 2 ** 20,
      vcpus: 1,
      machine: 'pc-q35-7.2',
      accelerated: false,
      cpu: { mode: 'custom', model: 'qemu64' },
      nvramPath: '/var/lib/libvirt/qemu/nvram/uefi_VARS.fd',
      disks: [{ target: 'vda', source: { kind: 'file', path: '/srv/vms/uefi.qcow2' } }],
    });
  });

  it('keeps a name with everything a name can hold', () => {
    const xml = uefi.replace('<name>uefi</name>', '<name>web &quot;a&quot; \u00dc &amp; &lt;b&gt;</name>');
    expect(parseDomain(xml).name).toBe('web "a" \u00dc & <b>');
  });

  it('tells what ties it to its host', () => {
    const devices = `
      <disk type='block' device='disk'><source dev='/dev/vg/a'/><target dev='vdb'/></disk>
      <disk type='network' device='disk'><source protocol='rbd' name='pool/a'/><target dev='vdc'/></disk>
      <disk type='volume' device='disk'><source pool='p' volume='v'/><target dev='vdd'/></disk>
      <disk type='file' device='cdrom'><source file='/iso/a.iso' startupPolicy='optional'/><target dev='sda'/></disk>
      <disk type='file' device='cdrom'><target dev='sdb'/></disk>
      <interface type='bridge'><source bridge='vmbr0'/></interface>
      <interface type='network'><source network='default'/></interface>
      <interface type='direct'><source dev='eth0' mode='bridge'/></interface>
      <interface type='hostdev'><source><address type='pci' domain='0x0000' bus='0x04' slot='0x10' function='0x2'/></source></interface>
      <hostdev mode='subsystem' type='pci'><source><address domain='0x0000' bus='0x03' slot='0x00' function='0x1'/></source></hostdev>
      <hostdev mode='subsystem' type='usb'><source><vendor id='0x1234'/><product id='0xbeef'/></source></hostdev>
      <hostdev mode='subsystem' type='mdev' model='vfio-pci'><source><address uuid='aaaa-bbbb'/></source></hostdev>
      <filesystem type='mount'><source dir='/export/a'/><target dir='a'/></filesystem>
      <tpm model='tpm-crb'><backend type='passthrough'><device path='/dev/tpm0'/></backend></tpm>`;
    const spec = parseDomain(uefi.replace('</devices>', `${devices}</devices>`));
    expect(spec.disks.slice(1)).toEqual([
      { target: 'vdb', device: 'disk', optional: false, source: { kind: 'block', path: '/dev/vg/a' } },
      {
        target: 'vdc',
        device: 'disk',
        optional: false,
        source: { kind: 'network', protocol: 'rbd', name: 'pool/a' },
      },
      { target: 'vdd', device: 'disk', optional: false, source: { kind: 'volume', pool: 'p', volume: 'v' } },
      { target: 'sda', device: 'cdrom', optional: true, source: { kind: 'file', path: '/iso/a.iso' } },
      { target: 'sdb', device: 'cdrom', optional: false },
    ]);
    expect(spec.nics).toEqual([
      { kind: 'bridge', bridge: 'vmbr0' },
      { kind: 'network', network: 'default' },
      { kind: 'direct', interface: 'eth0' },
      { kind: 'other' },
    ]);
    expect(spec.hostDevices).toEqual([
      'PCI device 0000:03:00.1',
      'USB device 0x1234:0xbeef',
      'MDEV device aaaa-bbbb',
      'network card 0000:04:10.2',
    ]);
    expect(spec.files.at(-1)).toEqual({ purpose: 'shared folder', path: '/export/a' });
    expect(spec.tpm).toBe('passthrough');
  });

  it.each(['', 'nonsense', '<domain/>', '<domain><name>x</name></domain>'])(
    'is refused when it is none',
    (xml) => {
      expect(() => parseDomain(xml)).toThrow(expect.objectContaining({ kind: 'invalid-input' }));
    },
  );
});

describe('virsh', () => {
  it('lists uuids with names that hold blanks', () => {
    const list = `fd29d487-c3e2-4a4f-a031-b26a934ddaaf uefi\nb2f81a63-7b02-4484-808c-1cb4f814d9f5 web "a" \u00dc\n\n`;
    expect([...parseUuidList(list)]).toEqual([
      ['fd29d487-c3e2-4a4f-a031-b26a934ddaaf', 'uefi'],
      ['b2f81a63-7b02-4484-808c-1cb4f814d9f5', 'web "a" \u00dc'],
    ]);
  });

  it('gives states, CPU time and memory by name', () => {
    const stats = parseDomstats(fixture('domstats.txt'));
    expect(stats.get('web "a" \u00dc')?.state).toBe('shut-off');
    expect(stats.get('uefi')).toMatchObject({ state: 'running', cpuTimeNs: 142_250_000_000 });
    expect(stats.get('uefi')?.resident).toBeGreaterThan(2 ** 20);
  });

  it('adds up vCPUs where there is no control group, and reads states by number', () => {
    const text =
      "Domain: 'a 'quoted' b'\n  state.state=3\n  vcpu.0.time=5\n  vcpu.1.time=7\n  vcpu.1.wait=99\n";
    expect(parseDomstats(text).get("a 'quoted' b")).toEqual({
      state: 'paused',
      handedOn: false,
      cpuTimeNs: 12,
    });
  });

  it.each([
    [3, 2, true],
    [3, 11, true],
    [3, 1, false],
    [1, 2, false],
  ])('state %i for reason %i: being received or handed on is %s', (state, reason, handedOn) => {
    const text = `Domain: 'a'\n  state.state=${state}\n  state.reason=${reason}\n`;
    expect(parseDomstats(text).get('a')).toMatchObject({ handedOn });
  });

  it('separates several domains', () => {
    expect(splitDomains(`${uefi}\n${uefi}\n`)).toEqual([`${uefi.trim()}\n`, `${uefi.trim()}\n`]);
  });

  it('names the domain of an event', () => {
    const line = `2026-11-22 17:00:42.363+0000: event 'lifecycle' for domain 'web "a': x': Started Booted`;
    expect(domainOfEvent(line)).toBe(`web "a': x`);
    expect(domainOfEvent('events received: 7')).toBeUndefined();
  });

  it.each([
    "error: failed to connect to the hypervisor\nerror: Failed to connect socket to '/var/run/libvirt/libvirt-sock'",
    'error: Disconnected from qemu:///system due to end of file\nerror: internal error: client socket is closed',
  ])('tells a libvirt that is not there', (stderr) => {
    expect(isUnreachable(stderr)).toBe(true);
  });

  it('tells an error of libvirt from its absence', () => {
    expect(isUnreachable("error: failed to get domain 'x'")).toBe(false);
  });

  it('gives what a host can run', () => {
    const facts = parseCapabilities(fixture('capabilities.xml'));
    expect(facts).toMatchObject({ arch: 'x86_64', cpuModel: 'Broadwell-noTSX-IBRS', acceleration: false });
    expect(facts.machines).toContain('pc-q35-7.2');
    expect(facts.machines).not.toContain('q35');
  });
});

describe('the hash of a definition', () => {
  const content = { xml: '<a/>', nvram: Buffer.from('n'), tpm: [{ path: 'p', bytes: Buffer.from('t') }] };

  it('changes with every part, and with nothing else', () => {
    const variants = [
      content,
      { ...content, xml: '<b/>' },
      { ...content, nvram: Buffer.from('m') },
      { xml: content.xml, tpm: content.tpm },
      { ...content, tpm: [] },
      { ...content, tpm: [{ path: 'q', bytes: Buffer.from('t') }] },
      { ...content, tpm: [{ path: 'p', bytes: Buffer.from('u') }] },
      // The same bytes, cut at another place.
      { ...content, xml: '<a/>n', nvram: Buffer.alloc(0) },
    ];
    expect(new Set(variants.map(hashContent)).size).toBe(variants.length);
    expect(hashContent({ ...content })).toBe(hashContent(content));
  });
});
