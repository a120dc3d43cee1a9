// The oracle: the same engine in a terminal. Every expected number comes from it.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

async function ask(...args) {
  const program = process.env.PEEK_CLI;
  if (!program) throw new Error('PEEK_CLI is not set: it names the `peek` program that the page is compared with');
  const { stdout } = await run(program, [...args, '--format', 'json'], { maxBuffer: 64 << 20 });
  return JSON.parse(stdout);
}

export const patch = ({ clean, corrupt, answer }) =>
  ask('patch', `--clean=${clean}`, `--corrupt=${corrupt}`, `--answer=${answer}`);

export const lens = (prompt, answer) => ask('lens', `--prompt=${prompt}`, `--answer=${answer}`);

export function attention(prompt, head) {
  const [, layer, number] = /^L(\d+)H(\d+)$/.exec(head);
  return ask('attention', `--prompt=${prompt}`, `--layer=${layer}`, `--head=${number}`);
}
