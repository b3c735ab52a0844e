/** A quorum disk that is mounted on this host. */
export interface MountedDisk {
  home: string;
  folder: string;
  source: string;
  readOnly: boolean;
}

export interface QuorumDisks {
  /** Mount point, mounted or not. */
  folderOf(home: string): string;
  /** Asks the kernel only, never a disk. */
  mounted(): Promise<MountedDisk[]>;
  /** Bytes. Goes on for as long as the disk does not answer. */
  usage(home: string): Promise<{ size: number; used: number }>;
  /**
   * Mounts the quorum disk of `home` here; does nothing if it is mounted. Rejects with `conflict` if another host has
   * it or it is another's disk, with `storage`, or `timeout`.
   */
  mount(home: string): Promise<void>;
  unmount(home: string): Promise<void>;
  /** Rejects unless it is mounted, is the right one, and can be written. */
  check(home: string): Promise<void>;
}
