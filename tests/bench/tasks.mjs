// What the page's main thread did while something went on: the tasks of Chromium's own trace.
import { setTimeout as pause } from 'node:timers/promises';

// A task of this length is felt, in ms: the page answers nothing meanwhile.
const LONG = 50;

// The clearest categories alone: more of them would slow the page down that is measured.
const categories = ['toplevel', 'disabled-by-default-devtools.timeline', 'blink.user_timing'];

// What the page leaves in the trace, to be told from others: Chromium has pages of its own, such as that of a new tab.
const MARK = 'peek-was-here';

// Tasks of the page's main thread, in ms: how long each lasted, and how long the thread computed meanwhile. On a busy
// machine the two differ.
function mainThreadTasks({ traceEvents }) {
  const place = ({ pid, tid }) => `${pid} ${tid}`;
  const mains = new Set(traceEvents.filter(({ name }) => name === MARK).map(place));
  return traceEvents
    .filter((event) => event.ph === 'X' && event.name === 'RunTask' && mains.has(place(event)))
    .map(({ dur = 0, tdur = 0 }) => ({ ms: dur / 1000, cpu: tdur / 1000 }));
}

// Runs `work` and says of its tasks how many there were, how many lasted or computed long, and how long at most.
export async function traced(page, during, work) {
  const browser = page.context().browser();
  await browser.startTracing(undefined, { categories });
  await work();
  // What was shown last may still be painted.
  await pause(300);
  await page.evaluate((mark) => performance.mark(mark), MARK);
  const tasks = mainThreadTasks(JSON.parse((await browser.stopTracing()).toString()));
  if (tasks.length === 0) throw new Error(`the trace of “${during}” has no task of a page`);
  const longest = (of) => Math.max(...tasks.map(of));
  const long = (of) => tasks.filter((task) => of(task) > LONG).length;
  const [ms, cpu] = [({ ms }) => ms, ({ cpu }) => cpu];
  const found = { during, tasks: tasks.length, long: long(ms), longest_ms: longest(ms), computing_long: long(cpu), computing_ms: longest(cpu) };
  console.error(JSON.stringify(found));
  return found;
}
