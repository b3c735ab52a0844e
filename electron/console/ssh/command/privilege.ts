import { MinimeError } from '../../../../src/contract/errors.ts';
import type { Connection } from '../../../../src/contract/inventory.ts';
import type { Prompter } from '../auth/prompter.ts';
import { MAX_ASKS, type Secrets, secretName } from '../auth/secrets.ts';
import type { SshTarget } from '../target.ts';
import { type ExecuteContext, execute, type Rights } from './execute.ts';
import { sudoPasswordMissing, WrongSudoPassword } from './sudo.ts';

export type Privilege = NonNullable<Connection['privilege']>;

export interface RootRights {
  privilege: Privilege;
  rights: Rights;
  /** Why there are none, for `privilege` none. */
  refusal?: MinimeError;
}

/**
 * Finds out how root rights are had: root itself, sudo without, or with a password (the login password is tried first,
 * then the admin is asked). Not having them is a result, also when the admin does not know the password; only a lost
 * connection rejects.
 */
export async function findRootRights(
  context: Omit<ExecuteContext, 'rights'>,
  target: SshTarget,
  secrets: Secrets,
  prompter: Prompter,
  signal: AbortSignal,
): Promise<RootRights> {
  const plain = { ...context, rights: { elevation: 'none' } } as const;
  const id = await execute(plain, ['id', '-u'], { signal });
  if (id.stdout.toString().trim() === '0') return { privilege: 'root', rights: plain.rights };
  try {
    const rights: Rights = { elevation: 'sudo' };
    await execute({ ...context, rights }, ['true'], { signal });
    return { privilege: 'sudo', rights };
  } catch (error) {
    if (!mayHelpToAsk(error)) return none(error);
  }
  try {
    return await withPassword(context, target, secrets, prompter, signal);
  } catch (error) {
    const declined = error instanceof MinimeError && error.kind === 'cancelled' && !signal.aborted;
    return none(declined ? sudoPasswordMissing(context.host) : error);
  }
}

/** sudo -n says the same of accounts that may use sudo with a password and of those that may not. */
function mayHelpToAsk(error: unknown): boolean {
  return (
    error instanceof MinimeError &&
    /password is required|terminal is required/i.test(error.info.details ?? '')
  );
}

function none(error: unknown): RootRights {
  if (!(error instanceof MinimeError) || (error.kind !== 'not-permitted' && error.kind !== 'auth-failed'))
    throw error;
  return { privilege: 'none', rights: { elevation: 'none' }, refusal: error };
}

async function withPassword(
  context: Omit<ExecuteContext, 'rights'>,
  target: SshTarget,
  secrets: Secrets,
  prompter: Prompter,
  signal: AbortSignal,
): Promise<RootRights> {
  const name = secretName.sudo(target.user, target.hostname, target.port);
  const guesses = [
    { name, secret: await secrets.known(name) },
    {
      name: null,
      secret: await secrets.known(secretName.password(target.user, target.hostname, target.port)),
    },
  ];
  let problem: string | undefined;
  for (const guess of guesses) {
    if (guess.secret === null) continue;
    const rights = await proven(context, guess.secret, signal);
    if (rights !== null) {
      if (guess.name !== null) await secrets.confirm(guess.name);
      return { privilege: 'sudo-password', rights };
    }
    if (guess.name !== null) await secrets.reject(guess.name);
  }
  for (let asked = 0; asked < MAX_ASKS; asked++) {
    const secret = await secrets.ask(
      name,
      prompter,
      {
        kind: 'secret',
        host: target.label,
        purpose: 'sudo',
        user: target.user,
        questions: [{ text: `[sudo] password for ${target.user}:`, echo: false }],
        canRemember: true,
        ...(problem === undefined ? {} : { problem }),
      },
      signal,
    );
    const rights = await proven(context, secret, signal);
    if (rights !== null) {
      await secrets.confirm(name);
      return { privilege: 'sudo-password', rights };
    }
    await secrets.reject(name);
    problem = 'sudo did not accept this password.';
  }
  throw new WrongSudoPassword(target.label);
}

/** Null if the password is wrong; rejects if sudo refuses for another reason. */
async function proven(
  context: Omit<ExecuteContext, 'rights'>,
  password: string,
  signal: AbortSignal,
): Promise<Rights | null> {
  const rights: Rights = { elevation: 'sudo-password', password };
  try {
    await execute({ ...context, rights }, ['true'], { signal });
    return rights;
  } catch (error) {
    if (error instanceof WrongSudoPassword) return null;
    throw error;
  }
}
