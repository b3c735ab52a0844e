import { mountOf } from '../machine/proc.ts';
import type { VmSource } from '../ports/hypervisor.ts';
import type { Mount } from '../ports/machine.ts';

export interface StorageView {
  mounts: readonly Mount[];
  /** Proved at deployment to be the same on all hosts. */
  sharedFolders: readonly string[];
}

/** File systems that several hosts mount at once. */
const sharedTypes = new Set([
  ...['nfs', 'nfs4', 'cifs', 'smb3', 'ceph', 'gfs2', 'ocfs2', 'lustre', 'glusterfs', 'beegfs', 'gpfs', 'afs'],
  ...['fuse.glusterfs', 'fuse.ceph', 'fuse.ceph-fuse', 'fuse.mfs', 'fuse.juicefs'],
]);

/**
 * | source | shared |
 * |---|---|
 * | file on a network or cluster file system, or below a folder proved shared | yes |
 * | file elsewhere | no |
 * | network disk (rbd, iscsi, …) | yes |
 * | block device | unknown: this host cannot see whether others reach it |
 */
export function sharing(source: VmSource, view: StorageView): 'yes' | 'no' | 'unknown' {
  switch (source.kind) {
    case 'file':
      return isSharedPath(source.path, view) ? 'yes' : 'no';
    case 'network':
      return 'yes';
    case 'block':
    case 'volume':
    case 'unknown':
      return 'unknown';
  }
}

export function isSharedPath(path: string, { mounts, sharedFolders }: StorageView): boolean {
  const below = (folder: string): boolean => path.startsWith(`${folder.replace(/\/+$/, '')}/`);
  if (sharedFolders.some(below)) return true;
  const mount = mountOf(path, mounts);
  return mount !== undefined && sharedTypes.has(mount.fsType);
}

export function describeSource(source: VmSource): string {
  switch (source.kind) {
    case 'file':
    case 'block':
      return source.path;
    case 'network':
      return `${source.protocol}:${source.name}`;
    case 'volume':
      return `pool ${source.pool}, volume ${source.volume}`;
    case 'unknown':
      return source.text;
  }
}
