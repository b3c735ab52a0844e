import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

/** Electron's own Node is newer, but the same core runs in the web shell on the oldest Node that is supported. */
const target = 'node20.19';

export default defineConfig(({ command }) => ({
  main: {
    define: { __DEVELOPMENT__: JSON.stringify(command === 'serve') },
    build: {
      target,
      sourcemap: true,
      rolldownOptions: { input: { main: 'electron/main.ts' } },
    },
  },
  preload: {
    build: {
      target,
      // A sandboxed preload can only be CommonJS, in one file that requires nothing but electron.
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: 'electron/preload.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/ui',
    // The page is served from the root of minime://app/ and of the web shell alike.
    base: './',
    plugins: [react()],
    build: {
      minify: true,
      // Loaded from disk, once: one large file is no harm.
      chunkSizeWarningLimit: 4000,
      // The content security policy allows no inline script, so there can be no inline polyfill either.
      modulePreload: { polyfill: false },
      // No data: URLs: every asset is a file of our own origin.
      assetsInlineLimit: 0,
      rolldownOptions: { input: resolve('src/ui/index.html') },
    },
  },
}));
