import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where Minime keeps its hosts and settings: MINIME_DATA, else the user's configuration folder. */
export function defaultDataFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  if (environment.MINIME_DATA) return environment.MINIME_DATA;
  if (platform === 'win32') return join(environment.APPDATA || join(home, 'AppData', 'Roaming'), 'Minime');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Minime');
  return join(environment.XDG_CONFIG_HOME || join(home, '.config'), 'minime');
}
