import { existsSync, type FSWatcher, watch } from 'node:fs';
import { MinimeError } from '../../contract/errors.ts';
import type { Runner } from '../ports/runner.ts';
import type { Watch } from '../ports/watch.ts';

/** Between looks whether a libvirt that went away is back. */
const retryMs = 500;

export interface EventListener {
  /** The name of the VM that an event is about. */
  onEvent(name: string): void;
  /** Events are followed (again), if libvirt answers. */
  onStart(): void;
  /** The stream of events ended: libvirt was stopped, or never ran. */
  onLost(): void;
  /** Definitions on disk were touched, autostart for instance, of which libvirt sends no event. */
  onFile(name: string | undefined): void;
}

/** Lines look like: event 'lifecycle' for domain 'a "b" c': Started Booted */
export function domainOfEvent(line: string): string | undefined {
  return /event '[a-z-]+' for domain '(.*)': /.exec(line)?.[1];
}

/** Follows libvirt's events; whenever they end, tries again until it is stopped. */
export function followEvents(runner: Runner, listener: EventListener, folders: readonly string[]): Watch {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let follow: ReturnType<Runner['follow']> | undefined;
  const start = (): void => {
    follow = runner.follow(['virsh', '--connect', 'qemu:///system', 'event', '--all', '--loop'], (line) => {
      const name = domainOfEvent(line);
      if (name !== undefined) listener.onEvent(name);
    });
    listener.onStart();
    void follow.ended.then(() => {
      if (stopped) return;
      listener.onLost();
      timer = setTimeout(startWhenServed, retryMs);
    });
  };
  const startWhenServed = (): void => {
    void isServed(runner).then((served) => {
      if (stopped) return;
      if (served) start();
      else timer = setTimeout(startWhenServed, retryMs);
    });
  };
  start();
  const files = watchFolders(folders, (name) => listener.onFile(name));
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      follow?.stop();
      files.stop();
    },
  };
}

/**
 * After a loss only a running service is connected to: a connection to its socket would start a libvirt that an admin
 * has just stopped. A service that crashed is started again by systemd.
 */
async function isServed(runner: Runner): Promise<boolean> {
  try {
    const units = ['libvirtd.service', 'virtqemud.service'];
    return (await runner.run(['systemctl', 'is-active', '--quiet', ...units])).code === 0;
  } catch (error) {
    if (error instanceof MinimeError) return false;
    throw error;
  }
}

/** libvirt makes a folder when it first needs it: one that is missing is looked for again at every change of another. */
function watchFolders(folders: readonly string[], onChange: (file: string | undefined) => void): Watch {
  const watchers = new Map<string, FSWatcher>();
  const watchMissing = (): void => {
    for (const folder of folders) {
      if (watchers.has(folder) || !existsSync(folder)) continue;
      const watcher = watch(folder, { persistent: false }, (_event, file) => {
        watchMissing();
        onChange(file ?? undefined);
      });
      watcher.on('error', () => {
        watcher.close();
        watchers.delete(folder);
      });
      watchers.set(folder, watcher);
    }
  };
  watchMissing();
  return {
    stop: () => {
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}
