import { EventEmitter } from 'node:events';
import WebSocket from 'ws';

interface Reply {
  id?: number;
  sessionId?: string;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { message: string };
}

// The protocol's own types are not in a package this project uses; what is read from it is typed where it is read.
// oxlint-disable-next-line typescript/no-explicit-any
export type CdpParams = any;

/** One DevTools connection to the browser, with a session for each page. */
export class CdpConnection {
  private lastId = 0;
  private readonly waiting = new Map<
    number,
    { resolve: (value: CdpParams) => void; reject: (error: Error) => void }
  >();
  private readonly sessions = new Map<string, CdpSession>();
  readonly browser = new CdpSession(this, '');

  private constructor(private readonly socket: WebSocket) {
    this.sessions.set('', this.browser);
    socket.on('message', (data: Buffer) => this.receive(JSON.parse(data.toString()) as Reply));
    socket.on('close', () => {
      for (const { reject } of this.waiting.values())
        reject(new Error('Electron double: the browser is gone'));
      this.waiting.clear();
    });
  }

  static async open(url: string): Promise<CdpConnection> {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return new CdpConnection(socket);
  }

  session(id: string): CdpSession {
    const session = new CdpSession(this, id);
    this.sessions.set(id, session);
    return session;
  }

  send(sessionId: string, method: string, params: object): Promise<CdpParams> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject: (error) => reject(new Error(`${method}: ${error.message}`)) });
      this.socket.send(JSON.stringify({ id, method, params, ...(sessionId === '' ? {} : { sessionId }) }));
    });
  }

  private receive(message: Reply): void {
    if (message.id === undefined) {
      if (message.method !== undefined)
        this.sessions.get(message.sessionId ?? '')?.emit(message.method, message.params);
      return;
    }
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (message.error === undefined) waiting?.resolve(message.result);
    else waiting?.reject(new Error(message.error.message));
  }
}

/** Commands to, and events of, one target. */
export class CdpSession extends EventEmitter {
  constructor(
    private readonly connection: CdpConnection,
    private readonly id: string,
  ) {
    super();
  }

  send(method: string, params: object = {}): Promise<CdpParams> {
    return this.connection.send(this.id, method, params);
  }
}
