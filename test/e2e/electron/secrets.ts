import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ConsoleBridge, Snapshot } from '../../../src/contract/consoleApi.ts';
import type { Prompt, PromptAnswer } from '../../../src/contract/inventory.ts';
import type { Check } from './checks.ts';
import type { Shell } from './shell.ts';
import { startSshServer } from './sshServer.ts';

declare const minime: ConsoleBridge;
declare global {
  interface Window {
    shellEvents?: unknown[];
  }
}

/** A password that the admin gives must reach the host, and stay nowhere: not in the page, on disk or in a log. */
export const passwordsGoToTheHostOnly: Check = async (shell) => {
  const wrong = `wrong-${randomBytes(12).toString('hex')}`;
  const right = `right-${randomBytes(12).toString('hex')}`;
  const server = await startSshServer(right);
  try {
    await recordEvents(shell);
    await addHost(shell, server.port);
    await answerPrompt(shell, 'host-key', { kind: 'host-key', accept: true });
    const secret = (answer: string) => ({ kind: 'secret' as const, answers: [answer], remember: false });
    const first = await answerPrompt(shell, 'secret', secret(wrong));
    await answerPrompt(shell, 'secret', secret(right), first);
    await expect.poll(() => server.tried, { timeout: 10_000 }).toEqual([wrong, right]);
    const places = {
      page: await whatThePageHas(shell),
      disk: await whatTheShellLeaves(shell),
      output: shell.output(),
    };
    // That the places are looked into at all is seen by what has to be there.
    expect(places.page).toContain('127.0.0.1');
    expect(places.disk).toContain('127.0.0.1');
    const passwords = [wrong, right].map((password) => password.slice(6));
    const found = Object.entries(places).filter(([, text]) =>
      passwords.some((password) => text.includes(password)),
    );
    expect(found.map(([place]) => place)).toEqual([]);
  } finally {
    server.close();
  }
};

/** Everything the page is told from now on is kept in the page, for `whatThePageHas`. */
async function recordEvents({ page }: Shell): Promise<void> {
  await page.evaluate(() => {
    window.shellEvents = [];
    minime.onEvent((event) => window.shellEvents?.push(event));
  });
}

async function addHost({ page }: Shell, port: number): Promise<void> {
  const answer = await page.evaluate(
    (to) => minime.call('hosts.add', { address: '127.0.0.1', port: to, user: 'admin' }),
    port,
  );
  expect(answer).toMatchObject({ ok: true });
}

/** Waits for a prompt of this kind that is not the one before, answers it and returns it. */
async function answerPrompt(
  { page }: Shell,
  kind: Prompt['kind'],
  answer: PromptAnswer,
  before?: Prompt,
): Promise<Prompt> {
  const open = async () => {
    const { prompts } = await snapshot(page);
    return prompts.find((prompt) => prompt.kind === kind && prompt.id !== before?.id);
  };
  await expect.poll(open, { timeout: 10_000 }).toBeDefined();
  const prompt = await open();
  if (prompt === undefined) throw new Error('the prompt went away');
  const given = await page.evaluate((input) => minime.call('prompts.answer', input), {
    promptId: prompt.id,
    answer,
  });
  expect(given).toMatchObject({ ok: true });
  return prompt;
}

async function snapshot(page: Shell['page']): Promise<Snapshot> {
  const result = await page.evaluate(() => minime.call('snapshot', {}));
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

/** All that reached the page, or is kept in it. */
async function whatThePageHas({ page }: Shell): Promise<string> {
  const kept = await page.evaluate(() => ({
    events: window.shellEvents,
    storage: [Object.entries(localStorage), Object.entries(sessionStorage)],
    url: location.href,
  }));
  return JSON.stringify([kept, await snapshot(page), await page.content()]);
}

/** All that the shell has written to disk, and how it was started. */
async function whatTheShellLeaves({ app, dataFolder }: Shell): Promise<string> {
  const started = await app.evaluate(() => [process.argv, process.env]);
  const files = readdirSync(dataFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
  return [JSON.stringify(started), ...files].join('\n');
}
