import { EventEmitter } from 'node:events';
import { strict } from './strict.ts';

class NativeTheme extends EventEmitter {
  private source = 'system';

  get themeSource(): string {
    return this.source;
  }
  set themeSource(source: string) {
    this.source = source;
    this.emit('updated');
  }
  /** There is no desktop here that could be dark. */
  get shouldUseDarkColors(): boolean {
    return this.source === 'dark';
  }
}

export const nativeTheme = strict('nativeTheme', new NativeTheme());
