// The engine's worker alone, without the page: for faults of delivery, where what matters is what the worker says and keeps.
// Requests and the beginnings of responses in postcard's bytes, in the order of crates/protocol.
import type { Page } from '@playwright/test';

export type RemoteFile = { role: 'weights' | 'config' | 'tokenizer' | 'merges'; address: string; bytes?: number; sha256?: string };
export type Said =
  | { kind: 'delivering'; id: number; source: 'kept' | 'network' | 'waiting'; done: number; total?: number; rate?: number }
  | { kind: 'stored'; id: number; place: 'opfs' | 'cache' | 'indexeddb' | 'memory'; models: { id: string; bytes: number; whole: boolean }[] }
  | { kind: 'loaded' | 'failed' | 'cancelled' | 'other'; id: number; text: string };

const varint = (value: number): number[] => (value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))]);
const text = (value: string): number[] => [...varint(Buffer.byteLength(value)), ...Buffer.from(value)];
const maybe = <T>(value: T | undefined, write: (value: T) => number[]) => (value === undefined ? [0] : [1, ...write(value)]);
const ROLES = ['weights', 'config', 'tokenizer', 'merges'];

export const load = (id: number, model: string, files: RemoteFile[]): number[] => [
  ...[0, ...varint(id), 2, ...text(model), ...text(model), ...varint(files.length)],
  ...files.flatMap((file) => [
    ROLES.indexOf(file.role),
    ...text(file.address),
    ...maybe(file.bytes, varint),
    ...maybe(file.sha256, text),
  ]),
  1,
];
export const stored = (id: number): number[] => [REQUESTS.indexOf('Stored'), ...varint(id)];
export const forget = (id: number, model: string): number[] => [REQUESTS.indexOf('Forget'), ...varint(id), ...text(model)];
export const cancel = (id: number): number[] => [REQUESTS.indexOf('Cancel'), ...varint(id)];

class Reader {
  at = 0;
  constructor(readonly bytes: Buffer) {}
  varint(): number {
    let [value, scale, byte] = [0, 1, 128];
    for (; byte >= 128; scale *= 128) {
      byte = this.bytes[this.at++];
      value += (byte % 128) * scale;
    }
    return value;
  }
  text(): string {
    const length = this.varint();
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at).toString();
  }
  double(): number {
    this.at += 8;
    return this.bytes.readDoubleLE(this.at - 8);
  }
  maybe<T>(read: () => T): T | undefined {
    return this.bytes[this.at++] ? read() : undefined;
  }
}

function read(bytes: Buffer): Said {
  const from = new Reader(bytes);
  const [kind, id] = [from.varint(), from.varint()];
  if (kind === 1) {
    const source = (['kept', 'network', 'waiting'] as const)[from.varint()];
    if (source === 'waiting') [from.varint(), from.varint(), from.varint()];
    const [done, total] = [from.varint(), from.maybe(() => from.varint())];
    return { kind: 'delivering', id, source, done, total, rate: from.maybe(() => from.double()) };
  }
  if (kind === 2) {
    const place = (['opfs', 'cache', 'indexeddb', 'memory'] as const)[from.varint()];
    const models = Array.from({ length: from.varint() }, () => {
      const model = from.text();
      from.text();
      for (let files = from.varint(); files > 0; files--) {
        [from.varint(), from.text(), from.maybe(() => from.varint()), from.maybe(() => from.text())];
      }
      const [bytes, whole] = [from.varint(), from.bytes[from.at++] === 1];
      from.double();
      return { id: model, bytes, whole };
    });
    return { kind: 'stored', id, place, models };
  }
  // The texts in the others are looked for, not parsed.
  const names: Record<number, 'loaded' | 'cancelled' | 'failed'> = { 3: 'loaded' };
  const text = bytes.toString('latin1');
  if (kind === RESPONSES.indexOf('Cancelled')) return { kind: 'cancelled', id, text };
  if (kind === RESPONSES.indexOf('Failed')) return { kind: 'failed', id, text };
  return { kind: names[kind] ?? 'other', id, text };
}

export const REQUESTS = [
  'Load', 'Patch', 'Lens', 'Attention', 'SelfTest', 'Benchmark', 'Stored', 'Forget', 'Cancel', 'Intervene', 'Together',
  'LensGrid', 'Attribute', 'Patterns', 'HeadKinds', 'Set',
];
export const RESPONSES = [
  'Loading', 'Delivering', 'Stored', 'Loaded', 'Tokens', 'Runs', 'Rows', 'PatchDone', 'Lens', 'Attention', 'SelfTestRows',
  'SelfTestDone', 'Benchmark', 'Refused', 'Cancelled', 'Failed', 'Fatal',
];

export class EngineAlone {
  readonly said: Said[] = [];
  private constructor(private readonly page: Page) {}

  // Starts a worker in a document of the site that starts none by itself.
  static async start(page: Page, before = ''): Promise<EngineAlone> {
    const engine = new EngineAlone(page);
    if (before) {
      await page.route('**/worker.js?*', async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: `${before}\n${await response.text()}` });
      });
    }
    await page.exposeFunction('heard', (bytes: number[]) => void engine.said.push(read(Buffer.from(bytes))));
    await engine.restart();
    return engine;
  }

  // As a reload of the page does.
  async restart(address = './icon.svg'): Promise<void> {
    this.said.length = 0;
    await this.page.goto(address);
    await this.page.evaluate(() => {
      const scope = window as unknown as { engine: Worker; heard: (bytes: number[]) => void };
      scope.engine = new Worker(new URL('worker.js?engine=cpu', location.href), { type: 'module' });
      scope.engine.onmessage = ({ data }) => scope.heard([...data.bytes]);
    });
  }

  async ask(request: number[]): Promise<void> {
    await this.page.evaluate((bytes) => {
      (window as unknown as { engine: Worker }).engine.postMessage({ bytes: Uint8Array.from(bytes) });
    }, request);
  }

  // The first word about a request for which `wanted` holds.
  async until<S extends Said>(wanted: (said: Said) => said is S, timeout?: number): Promise<S>;
  async until(wanted: (said: Said) => boolean, timeout?: number): Promise<Said>;
  async until(wanted: (said: Said) => boolean, timeout = 60_000): Promise<Said> {
    const end = Date.now() + timeout;
    for (;;) {
      const found = this.said.find(wanted);
      if (found) return found;
      if (Date.now() > end) throw new Error(`it was not said: ${JSON.stringify(this.said.slice(-5))}`);
      await new Promise((waited) => setTimeout(waited, 20));
    }
  }

  // How a load ends.
  ended(id: number): Promise<Extract<Said, { text: string }>> {
    const ends = (said: Said): said is Extract<Said, { text: string }> =>
      said.id === id && ['loaded', 'failed', 'cancelled'].includes(said.kind);
    return this.until(ends);
  }

  async shelf(id: number): Promise<Extract<Said, { kind: 'stored' }>> {
    await this.ask(stored(id));
    return this.until((said): said is Extract<Said, { kind: 'stored' }> => said.kind === 'stored' && said.id === id);
  }
}
