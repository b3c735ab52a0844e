import { toErrorInfo } from '../../contract/errors.ts';
import { hostPaths } from '../../contract/manifest.ts';
import { runVmcl } from '../../host/cli/run.ts';
import type { EmbeddedCluster } from '../embeddedCluster.ts';
import { runTool } from '../linux/tools/index.ts';
import type { Boot } from '../world/boot.ts';
import { readAll } from './readAll.ts';

/** Where a program's input comes from and its output goes. */
export interface Channel {
  input: NodeJS.ReadableStream;
  output: NodeJS.WritableStream;
  error: NodeJS.WritableStream;
}

interface Process {
  channel: Channel;
  host: string;
  finish: (exitCode: number) => void;
}

type Run = (process: Process, args: readonly string[]) => void | Promise<void>;

const notFound = 127;
const usage = 2;
const failure = 1;

/** What an embedded host's `vmcl` can be asked over SSH; the rest its services do by themselves. */
const vmclCommands = [
  'serve',
  'status',
  'sync',
  'peers',
  'version',
  '--version',
  '--help',
  'help',
  'autostart',
  'note',
];

/** The programs that an embedded host has. Everything else is not there, and that is said by name. */
export class Processes {
  readonly #cluster: EmbeddedCluster;
  readonly #boot: Boot;
  readonly #running = new Map<string, () => void>();
  #lastId = 1000;

  constructor(cluster: EmbeddedCluster, boot: Boot) {
    this.#cluster = cluster;
    this.#boot = boot;
  }

  /** Returns the process id, and the function that ends the process as a signal does. */
  start(
    argv: readonly string[],
    channel: Channel,
    finish: (exitCode: number) => void,
  ): { id: string; begin: () => void; end: () => void } {
    const id = String(++this.#lastId);
    let over = false;
    const done = (exitCode: number): void => {
      if (over) return;
      over = true;
      this.#running.delete(id);
      finish(exitCode);
    };
    const ends: (() => void)[] = [];
    const end = (): void => {
      for (const each of ends) each();
      done(143);
    };
    this.#running.set(id, end);
    const begin = (): void => {
      const [name = ''] = argv;
      const run = this.#programs[name] ?? this.#ofSystem(argv) ?? this.#missing(name);
      void this.#carryOut(run, { channel, host: this.#boot.host, finish: done }, argv);
      if (name === hostPaths.command) ends.push(() => channel.input.emit('end'));
    };
    return { id, begin, end };
  }

  /** A program that fails is the host's trouble, not that of the process in which all hosts are. */
  async #carryOut(run: Run, process: Process, [name = '', ...args]: readonly string[]): Promise<void> {
    try {
      await run(process, args);
    } catch (error) {
      process.channel.error.write(`${name}: ${toErrorInfo(error).message}\n`);
      process.finish(failure);
    }
  }

  readonly #programs: Record<string, Run> = {
    true: ({ finish }) => finish(0),
    id: ({ channel, finish }, args) => {
      channel.output.write(args[0] === '-u' ? '0\n' : 'uid=0(root) gid=0(root) groups=0(root)\n');
      finish(0);
    },
    uname: ({ channel, host, finish }, args) => {
      channel.output.write(`${args[0] === '-n' ? host : 'embedded'}\n`);
      finish(0);
    },
    '/bin/sh': (process, args) => this.#shell(process, args),
    vmcl: (process, args) => this.#vmcl(process, args),
    [hostPaths.command]: (process, args) => this.#vmcl(process, args),
  };

  /** Where a host came bare, what there is of Linux; else that the host program is there is all that can be asked. */
  #ofSystem(argv: readonly string[]): Run | undefined {
    const { bare } = this.#cluster;
    if (bare === undefined) {
      const [name, what, path] = argv;
      if (name !== 'test') return undefined;
      return ({ finish }) => finish(what === '-x' && path === hostPaths.command ? 0 : 1);
    }
    return async ({ channel, finish }) => {
      const answer = await runTool(argv, {
        input: () => readAll(channel.input),
        bare,
        system: bare.system(this.#boot.host),
        cluster: this.#cluster,
        boot: this.#boot,
      });
      if (answer === undefined) {
        await this.#missing(argv[0] ?? '')({ channel, host: this.#boot.host, finish }, []);
        return;
      }
      channel.output.write(answer.output);
      channel.error.write(answer.error);
      finish(answer.code);
    };
  }

  async #vmcl(process: Process, args: readonly string[]): Promise<void> {
    const { channel, host: name, finish } = process;
    const { bare } = this.#cluster;
    if (bare !== undefined && bare.system(name).at(hostPaths.command) === undefined) {
      await this.#missing(hostPaths.command)(process, args);
      return;
    }
    if (!vmclCommands.includes(args[0] ?? '--help')) {
      channel.error.write(`vmcl ${args.join(' ')}: the services of ${name}, an embedded host, do this.\n`);
      finish(usage);
      return;
    }
    const { host, life } = this.#cluster.program(this.#boot);
    await runVmcl(host, args, channel, (exitCode) => {
      life.end();
      finish(exitCode);
    });
  }

  /** There is no shell; but the console ends what it gave up on with a script, whose last arguments tell which. */
  #shell(process: Process, args: readonly string[]): void | Promise<void> {
    const { channel, host, finish } = process;
    const [, , name, id = ''] = args;
    const end = name === 'minime' ? this.#running.get(id) : undefined;
    if (end === undefined) {
      if (this.#cluster.bare !== undefined) return this.#ofSystem(['/bin/sh', ...args])?.(process, args);
      channel.error.write(`${host} is an embedded host: it has no shell.\n`);
      finish(notFound);
      return;
    }
    end();
    finish(0);
  }

  #missing(name: string): Run {
    return ({ channel, host, finish }) => {
      channel.error.write(`${host} is an embedded host: it has no ${name}.\n`);
      finish(notFound);
    };
  }
}
