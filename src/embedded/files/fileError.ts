const texts = {
  ENOENT: 'no such file or directory',
  ENOTDIR: 'not a directory',
  EEXIST: 'file already exists',
  EISDIR: 'illegal operation on a directory',
  ENOTEMPTY: 'directory not empty',
  EBADF: 'bad file descriptor',
  EINVAL: 'invalid argument',
  ENOSPC: 'no space left on device',
  EROFS: 'read-only file system',
  EIO: 'i/o error',
  /** What Node's rm says of a folder without `recursive`. */
  ERR_FS_EISDIR: 'Path is a directory',
} as const;

/** As Node words what the operating system refuses. Without a stack, which costs more than all else here and tells nothing. */
export function fileError(code: keyof typeof texts, call: string, path: string): NodeJS.ErrnoException {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  const error = new Error(`${code}: ${texts[code]}, ${call} '${path}'`);
  Error.stackTraceLimit = limit;
  return Object.assign(error, { code, syscall: call, path });
}
