import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { z } from 'zod';
import { embeddedServerSchema } from '../../../src/contract/embeddedProtocol.ts';
import { answerAll } from './forked.ts';

/** What as many connections cost that do nothing but stand: time and memory that no console can be below. */
answerAll({
  async connect({ folder }: { folder: string }) {
    const ssh = join(folder, 'console/.ssh');
    const privateKey = await readFile(join(ssh, 'id_ecdsa'));
    const servers = z
      .array(embeddedServerSchema)
      .parse(JSON.parse(await readFile(join(ssh, 'servers.json'), 'utf8')));
    const before = process.memoryUsage().rss;
    const began = performance.now();
    const clients = await Promise.all(servers.map(({ port }) => connected(port, privateKey)));
    const seconds = (performance.now() - began) / 1000;
    const megabytes = (process.memoryUsage().rss - before) / 1024 ** 2;
    for (const client of clients) client.end();
    return { seconds, megabytes };
  },
});

function connected(port: number, privateKey: Buffer): Promise<ssh2.Client> {
  const client = new ssh2.Client();
  return new Promise((resolve, reject) => {
    client.on('ready', () => resolve(client));
    client.on('error', reject);
    client.connect({ host: '127.0.0.1', port, username: 'root', privateKey, hostVerifier: () => true });
  });
}
