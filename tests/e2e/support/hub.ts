// A server that behaves like a hub of models, well or badly: an address that redirects to another origin, and there the
// file, with what a test wants to go wrong.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Fault = {
  // Breaks the connection after so many bytes of the answer.
  cutAt?: number;
  // An answer without the file, and the seconds that it asks to wait.
  status?: number;
  retryAfter?: number;
};

export class Hub {
  // Whether other origins may read what is served, whether parts of a file can be had, and ms between its chunks.
  cors = true;
  ranges = true;
  pauseMs = 0;
  content: Buffer;
  // One for each of the next requests for the file.
  readonly faults: Fault[] = [];
  // The `Range` of each request for the file; empty where the whole was asked for.
  readonly asked: string[] = [];
  private readonly servers: Server[] = [];
  origins: string[] = [];

  private constructor(content: Buffer) {
    this.content = content;
  }

  static async serving(content: Buffer): Promise<Hub> {
    const hub = new Hub(content);
    const files = await hub.listen((request, response) => hub.file(request, response));
    const front = await hub.listen((_, response) => {
      response.writeHead(302, { location: `${files}/file`, ...hub.openness() }).end();
    });
    hub.origins = [front, files];
    return hub;
  }

  get address(): string {
    return `${this.origins[0]}/owner/name/resolve/main/model.safetensors`;
  }

  async close(): Promise<void> {
    for (const server of this.servers) {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    }
  }

  private openness(): Record<string, string> {
    return this.cors ? { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'ETag, Content-Range' } : {};
  }

  private async listen(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
    const server = createServer((request, response) => {
      if (request.method === 'OPTIONS') {
        response.writeHead(204, { ...this.openness(), 'access-control-allow-headers': 'range' }).end();
      } else {
        answer(request, response);
      }
    });
    this.servers.push(server);
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  private async file(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const range = request.headers.range ?? '';
    this.asked.push(range);
    const fault = this.faults.shift() ?? {};
    if (fault.status) {
      const wait = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
      const shown = { ...this.openness(), 'access-control-expose-headers': 'Retry-After' };
      response.writeHead(fault.status, this.cors ? { ...shown, ...wait } : wait).end('no file');
      return;
    }
    const from = this.ranges ? Number(/^bytes=(\d+)-$/.exec(range)?.[1] ?? 0) : 0;
    const { length } = this.content;
    response.writeHead(from > 0 ? 206 : 200, {
      ...this.openness(),
      'content-type': 'application/octet-stream',
      'content-length': String(length - from),
      etag: '"v1"',
      ...(from > 0 ? { 'content-range': `bytes ${from}-${length - 1}/${length}` } : {}),
    });
    const end = fault.cutAt === undefined ? length : Math.min(length, from + fault.cutAt);
    for (let at = from; at < end && !response.destroyed; at += 256 << 10) {
      const more = response.write(this.content.subarray(at, Math.min(end, at + (256 << 10))));
      if (!more) await new Promise((drained) => response.once('drain', drained).once('close', drained));
      if (this.pauseMs) await new Promise((waited) => setTimeout(waited, this.pauseMs));
    }
    if (end < length) response.destroy();
    else response.end();
  }
}
