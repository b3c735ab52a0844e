import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { MinimeError } from '../../src/contract/errors.ts';
import { run } from './command.ts';
import type { Lab } from './lab.ts';
import { labPassword } from './names.ts';

const user = 'admin';
const firstPort = 6230;
const answersWithinMs = 15_000;
/**
 * From power to the first program of a host; minutes on many a server. A host that is a member again before the fence agent has seen
 * the power come back hears of its own fencing, and Pacemaker then stops on it for good.
 */
const firmwareMs = 5_000;

/**
 * The management controllers of a lab's hosts, as a server has one that works whatever its system does: OpenIPMI's simulator, one for
 * each host, at this machine's address in the management network. They take a host's power away and give it back for as long as
 * this process runs.
 */
export class Bmcs {
  readonly #lab: Lab;
  readonly #folder: string;
  readonly #chassis: Server;
  readonly #simulators: ChildProcess[] = [];
  /** Hosts with power whose firmware is still at it. */
  readonly #starting = new Map<string, NodeJS.Timeout>();
  /** What they were told to do, oldest first: `n1 set power 0`. */
  readonly orders: string[] = [];

  private constructor(lab: Lab, folder: string) {
    this.#lab = lab;
    this.#folder = folder;
    this.#chassis = createServer((socket) => {
      const lines = createInterface({ input: socket });
      lines.once('line', (line) => {
        this.#obey(line.split(' ')).then(
          (answer) => socket.end(answer),
          (error: unknown) => {
            // The simulator keeps to itself what its program says.
            process.stderr.write(`A management controller could not do "${line}": ${String(error)}\n`);
            socket.end(`error: ${String(error)}\n`);
          },
        );
      });
      socket.on('error', () => lines.close());
    });
  }

  static async start(lab: Lab): Promise<Bmcs> {
    const bmcs = new Bmcs(lab, await mkdtemp(join(tmpdir(), 'minime-bmc-')));
    try {
      bmcs.#chassis.listen(bmcs.#socket);
      await once(bmcs.#chassis, 'listening');
      for (const { name } of lab.hosts) await bmcs.#simulate(name);
      await Promise.all(lab.hosts.map(({ name }) => bmcs.#untilAnswers(name)));
      return bmcs;
    } catch (error) {
      await bmcs.stop();
      throw error;
    }
  }

  /** How `fence_ipmilan` reaches the controller of a host: parameters by their names in its metadata. */
  parameters(host: string): Record<string, string> {
    return {
      ip: this.#lab.ownAddress,
      ipport: String(this.#port(host)),
      username: user,
      password: labPassword,
      lanplus: '1',
      // The simulator does not tell which cipher suites it has, and the tool would ask for the best of them for ever.
      cipher: '3',
    };
  }

  /** Hosts whose firmware is still at it stay off. */
  async stop(): Promise<void> {
    for (const timer of this.#starting.values()) clearTimeout(timer);
    this.#starting.clear();
    const running = this.#simulators.filter(
      ({ exitCode, signalCode }) => exitCode === null && signalCode === null,
    );
    const ended = running.map((child) => once(child, 'exit'));
    for (const child of running) child.kill();
    await Promise.all(ended);
    this.#chassis.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  get #socket(): string {
    return join(this.#folder, 'chassis');
  }

  #port(host: string): number {
    return firstPort + 1 + this.#lab.hosts.findIndex(({ name }) => name === this.#lab.host(host).name);
  }

  async #simulate(host: string): Promise<void> {
    const folder = join(this.#folder, host);
    await mkdir(join(folder, 'state'), { recursive: true });
    const program = join(import.meta.dirname, 'bmcChassis.mjs');
    const methods = ['callback', 'user', 'operator', 'admin'];
    const configuration = [
      `name "${host}"`,
      'set_working_mc 0x20',
      'startlan 1',
      `addr ${this.#lab.ownAddress} ${this.#port(host)}`,
      'priv_limit admin',
      ...methods.map((who) => `allowed_auths_${who} none md5`),
      'guid a123456789abcdefa123456789abcdef',
      'endlan',
      `chassis_control "${process.execPath} ${program} ${this.#socket} ${host}"`,
      `user 2 true "${user}" "${labPassword}" admin 10 md5`,
    ];
    const commands = [
      'mc_setbmc 0x20',
      'mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02',
      'mc_enable 0x20',
    ];
    await writeFile(join(folder, 'lan.conf'), `${configuration.join('\n')}\n`);
    await writeFile(join(folder, 'commands'), `${commands.join('\n')}\n`);
    const argv = ['-n', '-c', join(folder, 'lan.conf'), '-f', join(folder, 'commands')];
    const child = spawn('ipmi_sim', [...argv, '-s', join(folder, 'state')], { stdio: 'ignore' });
    this.#simulators.push(child);
    await once(child, 'spawn');
  }

  async #untilAnswers(host: string): Promise<void> {
    const { ip = '', ipport = '', password = '' } = this.parameters(host);
    const login = ['-I', 'lanplus', '-C', '3', '-H', ip, '-p', ipport, '-U', user, '-E'];
    const env = { ...process.env, IPMI_PASSWORD: password };
    const until = Date.now() + answersWithinMs;
    while (Date.now() < until) {
      const argv = ['ipmitool', ...login, '-N', '1', '-R', '1', 'chassis', 'power', 'status'];
      const { exitCode, stdout } = await run(argv, { env, timeoutMs: answersWithinMs });
      if (exitCode === 0 && stdout.includes('Chassis Power is')) return;
      await sleep(100);
    }
    throw new MinimeError({
      kind: 'timeout',
      host,
      message: `The management controller of ${host} does not answer.`,
      cause: 'ipmi_sim (Debian package openipmi) did not start, or its port is taken.',
    });
  }

  /** `n1 get power` or `n1 set power 0`, in the words of the simulator. */
  async #obey([host = '', verb = '', what = '', value = '']: readonly string[]): Promise<string> {
    if (what !== 'power') return `error: there is no ${what} to ${verb}\n`;
    if (verb === 'get') {
      const powered = this.#starting.has(host) || (await this.#lab.isPowered(host));
      return `power:${powered ? 1 : 0}\n`;
    }
    this.orders.push([host, verb, what, value].join(' '));
    if (value === '0') await this.#cutPower(host);
    else this.#givePower(host);
    return '';
  }

  async #cutPower(host: string): Promise<void> {
    clearTimeout(this.#starting.get(host));
    this.#starting.delete(host);
    await this.#lab.kill(host);
  }

  #givePower(host: string): void {
    if (this.#starting.has(host)) return;
    const begin = async (): Promise<void> => {
      try {
        await this.#lab.powerOn(host);
      } catch (error) {
        process.stderr.write(`A management controller could not start ${host}: ${String(error)}\n`);
      } finally {
        this.#starting.delete(host);
      }
    };
    this.#starting.set(
      host,
      setTimeout(() => void begin(), firmwareMs),
    );
  }
}
