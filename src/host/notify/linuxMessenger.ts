import { MinimeError } from '../../contract/errors.ts';
import type { Mail, Messenger } from '../ports/messenger.ts';
import type { Runner } from '../ports/runner.ts';

const mailTimeoutMs = 20_000;
const postTimeoutMs = 10_000;

/** The host's own mail system, by the interface that all of them have, and Node's own client for webhooks. */
export const linuxMessenger = (runner: Runner): Messenger => ({
  async mail(mail) {
    const from = mail.from === undefined ? [] : ['-f', mail.from];
    await runner.must(['sendmail', '-i', ...from, '--', ...mail.to], {
      timeoutMs: mailTimeoutMs,
      input: formatMail(mail),
    });
  },
  async post(url, body) {
    const { host } = new URL(url);
    let answer: Response;
    try {
      answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        redirect: 'manual',
        signal: AbortSignal.timeout(postTimeoutMs),
      });
      await answer.body?.cancel();
    } catch (error) {
      throw unreachable(host, error);
    }
    if (!answer.ok) {
      throw new MinimeError({
        kind: 'tool-failed',
        message: `${host} did not take the notification: HTTP status ${answer.status}.`,
      });
    }
  },
});

/** The reason lies in `cause`, and names no more than the server. */
function unreachable(host: string, error: unknown): MinimeError {
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new MinimeError({
      kind: 'timeout',
      message: `${host} did not answer within ${postTimeoutMs / 1000} s.`,
    });
  }
  const { code } = ((error as Error).cause ?? {}) as { code?: unknown };
  return new MinimeError({
    kind: 'unreachable',
    message: `${host} cannot be reached.`,
    ...(typeof code === 'string' ? { cause: code } : {}),
  });
}

/** Headers hold ASCII only: names of clusters and hosts do, and what does not is written as RFC 2047 has it. */
export function formatMail({ to, from, subject, text }: Mail): string {
  const plain = /^[ -~]*$/.test(subject);
  const word = plain ? subject : `=?UTF-8?B?${Buffer.from(subject).toString('base64')}?=`;
  return [
    ...(from === undefined ? [] : [`From: ${from}`]),
    `To: ${to.join(', ')}`,
    `Subject: ${word}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    'Auto-Submitted: auto-generated',
    '',
    text,
  ].join('\n');
}
