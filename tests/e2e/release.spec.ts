// The release's archive: unpacked and served by Python, as a teacher would.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Patch } from './support/cli';
import { expectGrid, expectHeatmap } from './support/compare';
import { expect, test } from './support/fixtures';
import { CPU } from './support/numbers';
import { NOTEBOOK_PAIR } from './support/presets';

const archive = process.env.PEEK_ARCHIVE;

function hasPython(): boolean {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

let folder: string;
let unpacked: string;
let server: ChildProcess;

test.skip(!archive, 'NOT TESTED: PEEK_ARCHIVE names no archive (`cargo xtask test --only e2e` packs one)');
test.skip(!hasPython(), 'NOT TESTED: there is no python3 to unpack and to serve with');

test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'peek-release-'));
  execFileSync('python3', ['-m', 'zipfile', '-e', archive!, folder]);
  const [only, ...others] = readdirSync(folder);
  expect(others, 'one folder, so that unpacking litters nothing').toEqual([]);
  unpacked = join(folder, only);
});

test.afterAll(() => {
  server?.kill();
  if (folder) rmSync(folder, { recursive: true });
});

// Starts Python's server in the site's folder; gives its address.
async function serve(): Promise<string> {
  server = spawn('python3', ['-u', '-m', 'http.server', '0', '--bind', '127.0.0.1'], { cwd: join(unpacked, 'site') });
  return new Promise((resolve, reject) => {
    server.once('exit', () => reject(new Error('python3 -m http.server has ended')));
    server.stdout!.on('data', (data: Buffer) => {
      const port = /port (\d+)/.exec(data.toString())?.[1];
      if (port) resolve(`http://127.0.0.1:${port}/`);
    });
  });
}

test('it holds the site, the single file, the program, the guide and the licence', async ({ page, watch }) => {
  watch.allowOrigin('null');
  const program = process.platform === 'win32' ? 'peek.exe' : 'peek';
  expect(readdirSync(unpacked).sort()).toEqual(['LICENSE', 'guide.html', program, 'peek.html', 'site'].sort());
  await page.goto(pathToFileURL(join(unpacked, 'guide.html')).href);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Peek in a classroom');
});

test('served by Python, the site does its main job, and the program says the same', async ({ peek, watch }) => {
  const address = await serve();
  watch.allowOrigin(new URL(address).origin);
  await peek.open(address);
  const { top } = await expectGrid(peek, NOTEBOOK_PAIR, CPU);
  await expectHeatmap(peek, NOTEBOOK_PAIR, top[0].head, CPU);

  // Python's unpacking forgets that it may be run.
  const program = join(unpacked, 'peek');
  chmodSync(program, 0o755);
  const { clean, corrupt, answer } = NOTEBOOK_PAIR;
  const texts = [`--clean=${clean}`, `--corrupt=${corrupt}`, `--answer=${answer}`];
  const { stdout } = await promisify(execFile)(program, ['patch', ...texts, '--format', 'json'], { cwd: folder });
  expect((JSON.parse(stdout) as Patch).top[0].head).toBe(top[0].head);
});
