import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';

const read = (name: string) => readFileSync(new URL(`page/${name}`, import.meta.url), 'utf8');
/** Each of these files is one exported function; in the page it stands in an expression. */
const functionIn = (name: string) => `(${read(name).replace(/^(\/\/.*\n)*export /, '')})`;

/** What IPC can carry, between Node and the page. */
export const codec = runInThisContext(`${functionIn('codec.js')}()`) as {
  encode(value: unknown): string;
  decode(text: string): unknown;
};

export const PRELOAD_WORLD = 'Electron Isolated Context';
export const BINDING = 'electronDoubleSend';

/** The scripts of both worlds of one page; the names of the events between them are that page's secret. */
export function pageScripts(preload: string): { mainWorld: string; preloadWorld: string } {
  const secret = randomBytes(16).toString('hex');
  const mainEvent = JSON.stringify(`${secret}-main`);
  const preloadEvent = JSON.stringify(`${secret}-preload`);
  const crossing = functionIn('crossing.js');
  return {
    mainWorld: `${functionIn('mainWorld.js')}(${crossing}, ${mainEvent}, ${preloadEvent})`,
    preloadWorld: `${functionIn('preloadWorld.js')}({
      codec: ${functionIn('codec.js')}(),
      crossing: ${crossing},
      own: ${preloadEvent},
      other: ${mainEvent},
      binding: ${JSON.stringify(BINDING)},
      preload(require, module, exports, process) {\n${preload}\n},
    })`,
  };
}
