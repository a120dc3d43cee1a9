// `test` for every spec: a page whose console and whose requests are watched from its first moment.
import { test as base, expect, type Page } from '@playwright/test';
import { Peek } from './peek';

export { expect };

// What a page did that nobody asked it to do.
export class Watch {
  // Console errors and warnings, and exceptions that nobody caught.
  readonly complaints: string[] = [];
  readonly requests: string[] = [];
  // Where the configuration blocks service workers, Playwright says so.
  private readonly allowed: RegExp[] = [/Service Worker registration blocked by Playwright/];
  private readonly origins: string[] = [];

  constructor(page: Page) {
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) {
        this.complain(`console ${message.type()}: ${message.text()} (${message.location().url})`);
      }
    });
    page.on('pageerror', (error) => this.complain(`uncaught: ${error.message}`));
    // Of the context: requests of workers are no page's.
    page.context().on('request', (request) => this.requests.push(request.url()));
  }

  // For a test that provokes faults: the browser logs a failed request by itself.
  allow(...patterns: RegExp[]): void {
    this.allowed.push(...patterns);
  }

  // For a test that brings a server of its own.
  allowOrigin(origin: string): void {
    this.origins.push(origin);
  }

  outside(origin: string): string[] {
    const origins = [origin, ...this.origins];
    const own = (url: string) => origins.includes(new URL(url).origin) || /^(blob|data):/.test(url);
    return this.requests.filter((url) => !own(url));
  }

  complaintsLeft(): string[] {
    return this.complaints.filter((text) => !this.allowed.some((pattern) => pattern.test(text)));
  }

  private complain(text: string): void {
    this.complaints.push(text);
  }
}

export const test = base.extend<{ watch: Watch; peek: Peek }>({
  // Every test ends with a clean console and without a request to anywhere else.
  watch: [
    async ({ page, baseURL }, use) => {
      const watch = new Watch(page);
      await use(watch);
      expect(watch.complaintsLeft(), 'the console stays clean').toEqual([]);
      expect(watch.outside(new URL(baseURL!).origin), 'no request leaves the origin').toEqual([]);
    },
    { auto: true },
  ],
  peek: async ({ page }, use) => {
    await use(new Peek(page));
  },
});
