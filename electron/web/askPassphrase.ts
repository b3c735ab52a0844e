import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { MinimeError } from '../../src/contract/errors.ts';

/** Asks in the terminal without showing what is typed; a new one twice. Rejects with `invalid-input`. */
export async function askPassphrase(isNew: boolean): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new MinimeError({
      kind: 'invalid-input',
      message: 'A passphrase can only be asked for in a terminal.',
      remedy: 'Start Minime in a terminal, or leave --passphrase out.',
    });
  }
  const passphrase = await readHidden(isNew ? 'New passphrase for remembered secrets: ' : 'Passphrase: ');
  if (isNew && (await readHidden('Once more: ')) !== passphrase) {
    throw new MinimeError({ kind: 'invalid-input', message: 'The two passphrases differ.' });
  }
  if (passphrase === '')
    throw new MinimeError({ kind: 'invalid-input', message: 'The passphrase is empty.' });
  return passphrase;
}

function readHidden(prompt: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  // Only now: before, the terminal would still show what is typed.
  process.stdout.write(prompt);
  return new Promise((resolve, reject) => {
    lines.once('line', (line) => {
      resolve(line);
      lines.close();
    });
    // Ctrl+C or the end of input; after a line this comes too late to matter.
    lines.once('close', () => {
      process.stdout.write('\n');
      reject(new MinimeError({ kind: 'cancelled', message: 'No passphrase was given.' }));
    });
  });
}
