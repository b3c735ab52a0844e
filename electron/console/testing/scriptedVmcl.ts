import { Duplex, PassThrough } from 'node:stream';
import { createMessageConnection, type MessageConnection, type ResponseError } from 'vscode-jsonrpc/node';
import type { Finding } from '../../../src/contract/finding.ts';
import { HOST_PROTOCOL } from '../../../src/contract/hostProtocol.ts';
import type { Sections } from '../../../src/contract/hostState.ts';
import type { RemoteStream } from '../ssh/remoteHost.ts';

export const loadSection: Sections['load'] = {
  cores: 4,
  cpuPercent: 12,
  memoryTotal: 100,
  memoryFree: 50,
  vms: {},
};

export interface ScriptedVmcl {
  remote: RemoteStream;
  connection: MessageConnection;
  /** Bytes as vmcl would write them, past the framing. */
  write(bytes: string): void;
  /** The program ends. */
  end(code: number | null, stderr?: string): void;
  /** Stops answering, as a process that hangs. */
  hang(): void;
  closedByConsole: Promise<void>;
}

export interface VmclScript {
  protocol?: number;
  version?: string;
  /** What hello is refused with. */
  refuse?: ResponseError<unknown>;
  sections?: Record<string, unknown>;
  /** Sections that the host could not read. */
  errors?: readonly Finding[];
}

/** The far end of `vmcl serve` in this process: the real protocol over a stream, answers as the script has them. */
export function scriptedVmcl(script: VmclScript = {}): ScriptedVmcl {
  const toHost = new PassThrough();
  const fromHost = new PassThrough();
  let hanging = false;
  const connection = createMessageConnection(toHost, fromHost);
  const unlessHanging = <T>(answer: T): T | Promise<T> =>
    hanging ? new Promise<T>(() => undefined) : answer;

  connection.onRequest(
    'hello',
    () =>
      script.refuse ??
      unlessHanging({
        protocol: script.protocol ?? HOST_PROTOCOL,
        version: script.version ?? '1.2.3',
        host: 'n1',
      }),
  );
  connection.onRequest('subscribe', () =>
    unlessHanging({ at: 1, sections: script.sections ?? { load: loadSection }, errors: script.errors ?? [] }),
  );
  connection.listen();

  let settleClosed: (end: { code: number | null; stderr: string }) => void = () => undefined;
  const closed = new Promise<{ code: number | null; stderr: string }>((resolve) => {
    settleClosed = resolve;
  });
  let noticeClose: () => void = () => undefined;
  const closedByConsole = new Promise<void>((resolve) => {
    noticeClose = resolve;
  });
  const stream = Duplex.from({ readable: fromHost, writable: toHost });
  const end = (code: number | null, stderr = '') => {
    settleClosed({ code, stderr });
    stream.destroy();
  };
  return {
    connection,
    remote: {
      stream,
      closed,
      close() {
        noticeClose();
        end(null);
      },
    },
    write: (bytes) => void fromHost.write(bytes),
    end,
    hang() {
      hanging = true;
    },
    closedByConsole,
  };
}
