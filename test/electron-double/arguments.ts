/** The part of Electron's command line that Playwright and the tests use. */
export interface ElectronArguments {
  appPath: string;
  /** Modules to load before the app (`-r`). */
  required: string[];
  inspect: boolean;
  switches: Map<string, string>;
}

export function parseArguments(given: readonly string[]): ElectronArguments {
  const result: ElectronArguments = { appPath: '', required: [], inspect: false, switches: new Map() };
  for (let index = 0; index < given.length; index++) {
    const argument = given[index] ?? '';
    if (argument === '-r') {
      index += 1;
      result.required.push(given[index] ?? '');
    } else if (argument.startsWith('--')) {
      const [name = '', ...value] = argument.slice(2).split('=');
      if (name === 'inspect') result.inspect = true;
      else result.switches.set(name, value.join('='));
    } else if (argument.startsWith('-')) {
      throw new Error(`Electron double: option ${argument} is not implemented`);
    } else {
      result.appPath ||= argument;
    }
  }
  if (result.appPath === '') throw new Error('Electron double: no app was given');
  return result;
}
