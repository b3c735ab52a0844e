import { watch } from 'node:fs';
import * as node from 'node:fs/promises';

/**
 * The files of a host and of its quorum disks, as host code reaches them. They are the operating system's, but for the folders
 * of embedded hosts, where a disk can be full, a host dead and time virtual.
 */
export interface OpenFile {
  stat(): Promise<FileStat>;
  readFile(): Promise<Buffer>;
  readFile(encoding: 'utf8'): Promise<string>;
  writeFile(data: string | Uint8Array): Promise<void>;
  appendFile(data: string | Uint8Array): Promise<void>;
  write(bytes: Uint8Array, offset: number, length: number, position: number | null): Promise<unknown>;
  truncate(length?: number): Promise<void>;
  utimes(accessed: number | Date, modified: number | Date): Promise<void>;
  datasync(): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Times in Unix milliseconds. */
export interface FileStat {
  size: number;
  mtimeMs: number;
  ctimeMs: number;
  ino: number;
  isFile(): boolean;
  isDirectory(): boolean;
}

export interface Files {
  /** `flags` and `mode` as for open(2). */
  open(path: string, flags: string | number, mode?: number): Promise<OpenFile>;
  readFile(path: string): Promise<Buffer>;
  readFile(path: string, encoding: 'utf8'): Promise<string>;
  readdir(path: string): Promise<string[]>;
  stat(path: string): Promise<FileStat>;
  mkdir(path: string, options?: { recursive?: boolean; mode?: number }): Promise<unknown>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options?: { force?: boolean; recursive?: boolean }): Promise<void>;
}

/** Calls after each change in a folder, not below it; once `onEnd` was called nothing more is told. */
export type WatchFolder = (folder: string, onChange: () => void, onEnd: () => void) => { stop(): void };

export interface RoutedFiles extends Files {
  watchFolder: WatchFolder;
}

const routes = new Map<string, RoutedFiles>();

/** From now on everything below `folder` is reached through `files`. */
export function routeFiles(folder: string, files: RoutedFiles): { stop(): void } {
  routes.set(folder, files);
  return { stop: () => void routes.delete(folder) };
}

function filesAt(path: string): Files {
  return routeTo(path) ?? node;
}

function routeTo(path: string): RoutedFiles | undefined {
  for (const [folder, files] of routes) if (path.startsWith(folder)) return files;
  return undefined;
}

/** Throws if it cannot be watched. */
export const watchFolder: WatchFolder = (folder, onChange, onEnd) => {
  const routed = routeTo(folder);
  if (routed !== undefined) return routed.watchFolder(folder, onChange, onEnd);
  const watcher = watch(folder, { persistent: false }, onChange);
  watcher.on('error', () => {
    watcher.close();
    onEnd();
  });
  return { stop: () => watcher.close() };
};

export const open: Files['open'] = (path, ...rest) => filesAt(path).open(path, ...rest);
export const readdir: Files['readdir'] = (path) => filesAt(path).readdir(path);
export const stat: Files['stat'] = (path) => filesAt(path).stat(path);
export const mkdir: Files['mkdir'] = (path, options) => filesAt(path).mkdir(path, options);
export const rename: Files['rename'] = (from, to) => filesAt(from).rename(from, to);
export const rm: Files['rm'] = (path, options) => filesAt(path).rm(path, options);

export function readFile(path: string): Promise<Buffer>;
export function readFile(path: string, encoding: 'utf8'): Promise<string>;
export function readFile(path: string, encoding?: 'utf8'): Promise<Buffer | string> {
  const files = filesAt(path);
  return encoding === undefined ? files.readFile(path) : files.readFile(path, encoding);
}
