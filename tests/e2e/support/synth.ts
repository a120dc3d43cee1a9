// Checkpoints with seeded weights, by the terminal.
import { execFileSync } from 'node:child_process';

// Writes one of a shape such as { layers: 2, 'd-model': 72 } into a folder; `more` are further options of `peek synth`.
export function synth(out: string, seed: number, shape: Record<string, number>, more: string[] = []): void {
  const sizes = Object.entries(shape).flatMap(([name, size]) => [`--${name}`, String(size)]);
  execFileSync(process.env.PEEK_CLI ?? 'peek', ['synth', '--seed', String(seed), '--out', out, ...sizes, ...more]);
}
