import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { type WebhookBody, webhookBodySchema } from '../../../src/contract/notifications.ts';
import { parseJson } from '../../../src/host/json.ts';
import type { Lab } from '../lab.ts';

/** An admin whose webhook is on this machine, and whose mail every host delivers itself. */
export class Mailbox {
  /** What was posted, in the order of its arrival. */
  readonly posted: WebhookBody[] = [];
  readonly url: string;
  readonly mailAddress = 'root@localhost';
  readonly #server: Server;

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  /** Listens where the lab's hosts see this machine: at the first address of their management network. */
  static async open(lab: Lab): Promise<Mailbox> {
    const address = lab.host('n1').address.replace(/\d+$/, '1');
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, address, resolve);
    });
    const bound = server.address();
    if (bound === null || typeof bound === 'string') throw new Error('a TCP server has a port');
    const mailbox = new Mailbox(server, `http://${address}:${bound.port}/hook/secret`);
    server.on('request', (request, response) => {
      const answer = (status: number): void => void response.writeHead(status).end();
      text(request).then(
        (body) => answer(request.method === 'POST' && mailbox.#take(body) ? 204 : 400),
        () => answer(400),
      );
    });
    return mailbox;
  }

  #take(text: string): boolean {
    const body = webhookBodySchema.safeParse(parseJson(text));
    if (body.success) this.posted.push(body.data);
    return body.success;
  }

  /** Subjects of the mail that this host delivered, oldest first. */
  async subjects(lab: Lab, host: string): Promise<string[]> {
    const { stdout } = await lab
      .run(host, ['grep', '^Subject: ', '/var/mail/root'])
      .catch(() => ({ stdout: '' }));
    return stdout.split('\n').flatMap((line) => /^Subject: (.*)$/.exec(line)?.[1] ?? []);
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
