// The benchmark's half in Chromium. `cargo xtask bench` builds and serves the folders, and gives a plan as JSON in
// PEEK_PLAN: workers to run one after the other, and pages to type into. Figures go to PEEK_OUT as JSON.
import { writeFileSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { typeInto } from './page.mjs';

const plan = JSON.parse(process.env.PEEK_PLAN);

const browser = await chromium.launch({
  executablePath: process.env.PEEK_CHROMIUM,
  args: [
    '--headless=new',
    '--no-sandbox',
    '--enable-unsafe-webgpu',
    ...(plan.adapter ? [`--use-webgpu-adapter=${plan.adapter}`] : []),
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ],
});

// Runs a worker of the benchmark's own site on its part of the plan, to its end.
async function inWorker(task) {
  const page = await browser.newPage();
  page.on('console', (message) => console.error(message.text()));
  await page.goto(process.env.PEEK_BENCH_URL);
  const done = await page.evaluate(
    (task) =>
      new Promise((resolve, reject) => {
        const worker = new Worker(`./${task.worker}`, { type: 'module' });
        worker.onerror = (event) => reject(new Error(event.message || 'the worker could not be started'));
        worker.onmessage = ({ data }) => {
          if (data.log) console.log(data.log);
          if (data.failed) reject(new Error(data.failed));
          if (data.done) resolve(data.done);
        };
        worker.postMessage(task);
      }),
    task,
  );
  await page.close();
  return { part: task.part, layers: task.layers, ...done };
}

const parts = [];
for (const task of plan.workers ?? []) parts.push(await inWorker(task));
for (const task of plan.pages ?? []) parts.push(await typeInto(browser, task));
await browser.close();
writeFileSync(process.env.PEEK_OUT, JSON.stringify(parts));
