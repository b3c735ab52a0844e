import { XMLBuilder } from 'fast-xml-parser';
import { sharedMountPoint } from './names.ts';

export interface GuestOptions {
  /** Any name libvirt takes: blanks, quotes and non-ASCII letters are fine, a slash is not. */
  name: string;
  /** Default 96; with `nvram` 160, for firmware and kernel. */
  memoryMiB?: number;
  /** Default 1. */
  vcpus?: number;
  /** On the shared directory (default), or on the host's own disk, where no other host can start it. */
  disk?: 'shared' | 'local';
  /** A network card on this bridge of the host (`vmbr0` exists in all); none by default. */
  bridge?: string;
  /** UEFI firmware with variables in an NVRAM file of its own. Boots some seconds slower. */
  nvram?: boolean;
  /** Whether libvirt starts it with the host. Default false. */
  autostart?: boolean;
}

const localDirectory = '/var/lib/libvirt/images';
const firmware = '/usr/share/OVMF';

export const guestDiskName = (vm: string): string => `${vm}.qcow2`;
export const guestDiskPath = (options: GuestOptions): string =>
  `${options.disk === 'local' ? localDirectory : sharedMountPoint}/${guestDiskName(options.name)}`;
export const guestNvramPath = (vm: string): string => `/var/lib/libvirt/qemu/nvram/${vm}_VARS.fd`;

/** The libvirt domain of a guest, emulated, so that no KVM is needed: image/guest.asm, or with `nvram` image/guest-init.sh on a kernel. */
export function guestXml(options: GuestOptions): string {
  const uefi = {
    kernel: `${sharedMountPoint}/boot/vmlinuz`,
    initrd: `${sharedMountPoint}/boot/initrd`,
    cmdline: 'console=ttyS0 quiet panic=-1',
    loader: { '@readonly': 'yes', '@type': 'pflash', '#': `${firmware}/OVMF_CODE_4M.fd` },
    nvram: { '@template': `${firmware}/OVMF_VARS_4M.fd`, '#': guestNvramPath(options.name) },
  };
  const nic = {
    interface: { '@type': 'bridge', source: { '@bridge': options.bridge }, model: { '@type': 'virtio' } },
  };
  const domain = {
    '@type': 'qemu',
    name: options.name,
    memory: { '@unit': 'MiB', '#': options.memoryMiB ?? (options.nvram === true ? 160 : 96) },
    vcpu: options.vcpus ?? 1,
    os: {
      type: { '@arch': 'x86_64', '@machine': 'q35', '#': 'hvm' },
      ...(options.nvram === true ? uefi : { boot: { '@dev': 'hd' } }),
    },
    features: { acpi: '' },
    clock: { '@offset': 'utc' },
    on_poweroff: 'destroy',
    on_reboot: 'restart',
    on_crash: 'destroy',
    devices: {
      emulator: '/usr/bin/qemu-system-x86_64',
      disk: {
        '@type': 'file',
        '@device': 'disk',
        // What a guest has written is to outlast its host, and a boot sector does not ask for that.
        driver: { '@name': 'qemu', '@type': 'qcow2', '@cache': 'writethrough' },
        source: { '@file': guestDiskPath(options) },
        target: { '@dev': 'vda', '@bus': 'virtio' },
      },
      ...(options.bridge === undefined ? {} : nic),
      serial: { '@type': 'pty', target: { '@port': '0' } },
    },
  };
  const builder = new XMLBuilder({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    textNodeName: '#',
    format: true,
  });
  return builder.build({ domain });
}
