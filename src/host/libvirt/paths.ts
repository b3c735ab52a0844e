/** Where libvirt keeps what is its own, as the distributions build it. */
export const libvirtPaths = {
  definitions: '/etc/libvirt/qemu',
  nvram: '/var/lib/libvirt/qemu/nvram',
  /** The state of emulated TPMs, a folder per VM. */
  tpm: '/var/lib/libvirt/swtpm',
  config: '/etc/libvirt/qemu.conf',
} as const;
