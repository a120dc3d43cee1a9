// The oracle: the same engine in a terminal. Every expected number comes from it, so no test writes one down.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type Token = { id: number; text: string };
export type Side = { tokens: Token[]; metric: number };
export type Top = { head: string; delta: number; normalised: number | null };
export type Patch = { clean: Side; corrupt: Side; answer: Token; deltas: number[][]; top: Top[] };
export type Point = { label: string; logit: number; raw_logit: number; probability: number; rank: number };
export type Lens = { tokens: Token[]; answer: Token; points: Point[] };
export type Attention = { tokens: Token[]; pattern: number[][] };

export type Pair = { clean: string; corrupt: string; answer: string };
// `model` is a folder; without it, the demo.
export type Options = { noBos?: boolean; raw?: boolean; model?: string };

// The same question has the same answer, and several tests ask for the pair that the page opens with.
const answers = new Map<string, Promise<unknown>>();

function ask<T>(...args: string[]): Promise<T> {
  const program = process.env.PEEK_CLI;
  if (!program) throw new Error('PEEK_CLI is not set: it names the `peek` program that the page is compared with');
  const key = JSON.stringify(args);
  let answer = answers.get(key);
  if (!answer) {
    const options = { maxBuffer: 64 << 20, timeout: 60_000 };
    answer = run(program, [...args, '--format', 'json'], options).then(({ stdout }) => JSON.parse(stdout) as unknown);
    answers.set(key, answer);
  }
  return answer as Promise<T>;
}

// `--name=value`, since an answer may begin with a dash.
const common = (options: Options) => [
  ...(options.noBos ? ['--no-bos'] : []),
  ...(options.model ? [`--model=${options.model}`] : []),
];

export function patch(pair: Pair, options: Options = {}): Promise<Patch> {
  const texts = [`--clean=${pair.clean}`, `--corrupt=${pair.corrupt}`, `--answer=${pair.answer}`];
  return ask('patch', ...texts, ...common(options), ...(options.raw ? ['--raw'] : []));
}

export type SweepScore = { value: number | null; delta: number | null; normalised: number | null };
export type Sweep = {
  units: string[];
  spots: { positions: number[]; scores: SweepScore[] }[];
  together: { delta: number; sum_of_single: number; value: number } | null;
};

// Any intervention; `args` as `peek sweep` takes them.
export function sweep(pair: Pair, ...args: string[]): Promise<Sweep> {
  const texts = [`--clean=${pair.clean}`, `--corrupt=${pair.corrupt}`, `--answer=${pair.answer}`];
  return ask('sweep', ...texts, ...args);
}

export function lens(prompt: string, answer: string, options: Options = {}): Promise<Lens> {
  return ask('lens', `--prompt=${prompt}`, `--answer=${answer}`, ...common(options));
}

export function attention(prompt: string, head: string, options: Options = {}): Promise<Attention> {
  const [, layer, number] = /^L(\d+)H(\d+)$/.exec(head) ?? [];
  return ask('attention', `--prompt=${prompt}`, `--layer=${layer}`, `--head=${number}`, ...common(options));
}

// What the model says of the answer once a prompt is read to its end.
export async function reading(prompt: string, answer: string, options: Options = {}): Promise<Point & { id: number }> {
  const { points, answer: token } = await lens(prompt, answer, options);
  return { ...points[points.length - 1], id: token.id };
}

export type LensGrid = {
  tokens: Token[];
  depths: { depth: string; cells: { entropy: number; top: { token: Token; probability: number }[]; followed: { probability: number; rank: number } }[] }[];
};
export type Parts = { logit: number; sum: number; parts: { name: string; share: number }[]; effects: { head: string; direct: number; patching: number }[] };
export type Kinds = { heads: { head: string; label: string | null }[] };

export function lensGrid(prompt: string, answer: string, ...flags: string[]): Promise<LensGrid> {
  return ask('lens-grid', `--prompt=${prompt}`, `--answer=${answer}`, ...flags);
}

export function attribute(pair: Pair, foil?: string): Promise<Parts> {
  const against = foil === undefined ? [] : [`--foil=${foil}`];
  return ask('attribute', `--prompt=${pair.clean}`, `--corrupt=${pair.corrupt}`, `--answer=${pair.answer}`, ...against);
}

export function heads(): Promise<Kinds> {
  return ask('heads', '--tokens=24', '--sequences=2', '--seed=0');
}
