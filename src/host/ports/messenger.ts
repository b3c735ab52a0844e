import type { WebhookBody } from '../../contract/notifications.ts';

export interface Mail {
  to: readonly string[];
  from?: string | undefined;
  subject: string;
  text: string;
}

/** The ways in which this host reaches an admin. Reasons of failures never hold more of an address than its server. */
export interface Messenger {
  /** Resolves when the mail system of this host has taken it. Rejects with `unsupported` if there is none, or with `tool-failed`. */
  mail(mail: Mail): Promise<void>;
  /** Resolves when the server has taken it. Rejects with `unreachable`, `timeout`, or `tool-failed` with what it answered. */
  post(url: string, body: WebhookBody): Promise<void>;
}
