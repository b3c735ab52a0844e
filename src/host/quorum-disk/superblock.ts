/** The label that every quorum disk has. */
export const diskLabel = 'minime-qd';

export interface Superblock {
  label: string;
  /** ext4 found an error, or was not unmounted before there was a journal to replay. */
  needsCheck: boolean;
  mmp: MmpBlock | undefined;
}

/** Multi-mount protection: who had the file system last. */
export interface MmpBlock {
  /** `in-use` is a sequence number: some host mounted it and has not unmounted it. */
  state: 'clean' | 'fsck' | 'in-use';
  /** Unix milliseconds, by the clock of the host that wrote it, in whole seconds. */
  updatedAt: number;
  /** Host name by its kernel. */
  hostname: string;
}

/** Sources: fs/ext4/ext4.h, EXT4_MMP_SEQ_CLEAN and EXT4_MMP_SEQ_FSCK. */
const cleanSequence = 0xff4d4d50;
const fsckSequence = 0xe24d4d50;

/** `dumpe2fs -h DEVICE`. */
export function parseDumpe2fs(output: string): Superblock {
  const field = (name: string): string =>
    new RegExp(`^\\s*${name}:\\s+(.*?)\\s*$`, 'm').exec(output)?.[1] ?? '';
  const sequence = Number(field('mmp_sequence') || Number.NaN);
  const state = sequence === cleanSequence ? 'clean' : sequence === fsckSequence ? 'fsck' : 'in-use';
  return {
    label: field('Filesystem volume name'),
    needsCheck: field('Filesystem state') !== 'clean',
    mmp: Number.isNaN(sequence)
      ? undefined
      : { state, updatedAt: Number(field('mmp_update_time')) * 1000, hostname: field('mmp_node_name') },
  };
}

export interface HolderFacts {
  /** Node that had the disk mounted last, as far as it is certain. */
  holder: string | undefined;
  self: string;
  /** When this host booted, Unix milliseconds. */
  bootedAt: number;
  /** The holder is no member of the cluster now, and was fenced after it last wrote to this disk. */
  holderFenced: boolean;
}

/**
 * What to do about multi-mount protection before mounting:
 *
 * | last holder | |
 * |---|---|
 * | unmounted it | mount |
 * | fenced after its last write | clear, mount: it cannot be writing |
 * | this host, before it last booted | clear, mount: whatever wrote then is gone |
 * | anyone else, or not known | mount as it is: the kernel watches the disk for some seconds and refuses one in use |
 */
export function decideMmp(mmp: MmpBlock | undefined, facts: HolderFacts): 'mount' | 'clear' | 'watch' {
  if (mmp === undefined || mmp.state === 'clean') return 'mount';
  if (facts.holder === undefined) return 'watch';
  if (facts.holderFenced) return 'clear';
  return facts.holder === facts.self && mmp.updatedAt < facts.bootedAt ? 'clear' : 'watch';
}
