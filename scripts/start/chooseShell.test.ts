import { describe, expect, test, vi } from 'vitest';
import { chooseShell, type Surroundings } from './chooseShell.ts';

function surroundings(different: Partial<Surroundings> = {}) {
  return {
    forced: null,
    runtime: null,
    hasDisplay: true,
    downloadIsRedirected: false,
    probeDownloadHost: vi.fn<Surroundings['probeDownloadHost']>(() => Promise.resolve(null)),
    fetchRuntime: vi.fn<Surroundings['fetchRuntime']>(() => Promise.resolve({ runtime: '/fetched' })),
    ...different,
  } satisfies Surroundings;
}

const unreachable = () => Promise.resolve('github.com does not answer');
const broken = () => Promise.resolve({ failure: 'checksum mismatch' });

describe('the shell', () => {
  test('is Electron where it is on disk, without looking at the network', async () => {
    const here = surroundings({ runtime: '/electron' });
    expect(await chooseShell(here)).toEqual({ shell: 'electron', runtime: '/electron' });
    expect(here.probeDownloadHost).not.toHaveBeenCalled();
    expect(here.fetchRuntime).not.toHaveBeenCalled();
  });

  test('is Electron where it can be fetched', async () => {
    expect(await chooseShell(surroundings())).toEqual({ shell: 'electron', runtime: '/fetched' });
  });

  test('is the web shell where the download host does not answer, without trying', async () => {
    const here = surroundings({ probeDownloadHost: unreachable });
    expect(await chooseShell(here)).toEqual({
      shell: 'web',
      because: "Electron's runtime is not here and cannot be fetched: github.com does not answer",
    });
    expect(here.fetchRuntime).not.toHaveBeenCalled();
  });

  test('is Electron from a mirror, whether or not the download host answers', async () => {
    const here = surroundings({ downloadIsRedirected: true });
    expect((await chooseShell(here)).shell).toBe('electron');
    expect(here.probeDownloadHost).not.toHaveBeenCalled();
  });

  test('is the web shell where fetching fails', async () => {
    expect(await chooseShell(surroundings({ fetchRuntime: broken }))).toEqual({
      shell: 'web',
      because: expect.stringContaining('checksum mismatch'),
    });
  });

  test('is the web shell without a display, even where Electron is on disk', async () => {
    expect(await chooseShell(surroundings({ runtime: '/electron', hasDisplay: false }))).toMatchObject({
      shell: 'web',
      because: 'there is no graphical display',
    });
  });

  test('is the one that was asked for, or none', async () => {
    const web = surroundings({ forced: 'web', runtime: '/electron' });
    expect(await chooseShell(web)).toEqual({ shell: 'web', because: null });
    for (const different of [
      { probeDownloadHost: unreachable },
      { fetchRuntime: broken },
      { hasDisplay: false },
    ]) {
      expect((await chooseShell(surroundings({ forced: 'electron', ...different }))).shell).toBe('none');
    }
  });
});
