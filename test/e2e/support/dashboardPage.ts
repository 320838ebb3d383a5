import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { ServiceApi } from './serviceApi.js';

const DOCS_IMAGES = fileURLToPath(new URL('../../../docs/images/', import.meta.url));
const SHOWN_AT_MOST_MS = 20_000;
const PHONE_WIDTH_PX = 720;
/**
 * Pictures are only made when asked for, so that tests leave the tree as it was: those of the docs with 1, and in any other folder every
 * one that there is.
 */
const ASKED_FOR = process.env.EVENKEEL_SCREENSHOTS ?? '';
const IMAGES = ASKED_FOR === '1' ? DOCS_IMAGES : join(ASKED_FOR, '/');

export const DESKTOP: BrowserContextOptions = { viewport: { width: 1440, height: 900 }, locale: 'en-GB' };
export const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  locale: 'sv-SE',
  hasTouch: true,
  isMobile: true,
  deviceScaleFactor: 2,
};

const READER = { email: 'ada@example.com', name: 'Ada', role: 'admin', password: 'a long password of hers' } as const;

/** Who looks at the dashboard in these tests. */
export async function addReader(api: ServiceApi): Promise<void> {
  await api.post('/v1/users', READER);
}

/** Names of sites may be of any length. */
const CLIPPED = `[...document.querySelectorAll('body *')].filter((element) => {
  const { overflowX, position } = getComputedStyle(element);
  const isHidden = element.closest('.hidden, [aria-hidden=true], select, svg, .seg, canvas, .site') !== null;
  const holdsText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
  if (isHidden || !holdsText || element.clientWidth === 0) return false;
  return (overflowX === 'hidden' || overflowX === 'clip') && position !== 'absolute' && element.scrollWidth > element.clientWidth + 1;
}).map((element) => element.tagName + '.' + element.className + ': ' + element.textContent)`;

/** A reader's window; what its console had to complain of is kept. */
export class DashboardPage {
  readonly page: Page;
  readonly complaints: string[] = [];
  readonly #baseUrl: string;

  static async open(
    browser: Browser,
    baseUrl: string,
    options: BrowserContextOptions = DESKTOP,
  ): Promise<DashboardPage> {
    const context = await browser.newContext({
      colorScheme: 'light',
      timezoneId: 'America/New_York',
      // What it keeps from one test to the next is what one test is about, and what no other should meet.
      serviceWorkers: 'block',
      ...options,
    });
    context.setDefaultTimeout(SHOWN_AT_MOST_MS);
    return new DashboardPage(await context.newPage(), baseUrl);
  }

  private constructor(page: Page, baseUrl: string) {
    this.page = page;
    this.#baseUrl = baseUrl;
    page.on('pageerror', ({ name, message, stack }) => this.complaints.push(`${name}: ${message} ${stack ?? ''}`));
    page.on('console', (message) => {
      // That a request got no answer, or a refusal, is what some tests are about.
      if (message.type() !== 'error' || /Failed to load resource/.test(message.text())) return;
      this.complaints.push(`${message.text()} (${message.location().url})`);
    });
  }

  async goTo(path: string): Promise<void> {
    await this.page.goto(`${this.#baseUrl}${path}`);
  }

  /** Opens an address, signing in on the way. */
  async signInAt(path: string): Promise<void> {
    await this.goTo(path);
    await this.signIn();
    await this.page.waitForSelector('.pill:has-text("Live")');
  }

  /** By e-mail and password, where the sign-in is shown. */
  async signIn({ email, password }: { readonly email: string; readonly password: string } = READER): Promise<void> {
    await this.page.fill('#signIn-email', email);
    await this.page.fill('#signIn-password', password);
    await this.page.keyboard.press('Enter');
    await this.page.waitForSelector('.sign-in', { state: 'detached' });
    await this.page.waitForSelector('main h1');
  }

  heading(): Promise<string> {
    return this.page.innerText('main h1');
  }

  async untilCharted(): Promise<void> {
    await this.page.waitForSelector('.u-over');
  }

  /** What axe finds by WCAG 2.2 AA and its best practices, each with where. */
  async violations(): Promise<readonly string[]> {
    await this.page.evaluate(axe.source);
    const found = await this.page.evaluate(async () => {
      const { axe: run } = globalThis as unknown as { axe: { run(): Promise<axe.AxeResults> } };
      return (await run.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
    });
    return found;
  }

  /** By how much the page is wider than its window. */
  overflowPx(): Promise<number> {
    return this.page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  }

  /** What is cut off although it is to be read, with where. */
  clipped(): Promise<readonly string[]> {
    return this.page.evaluate<string[]>(CLIPPED);
  }

  /** `isSmall`: a pixel of the window is one of the picture, whatever the screen. `isOfDocs`: else only where all are asked for. */
  async picture(name: string, { isSmall = false, isOfDocs = true, isFirstScreen = false } = {}): Promise<void> {
    if (ASKED_FOR === '' || (ASKED_FOR === '1' && !isOfDocs)) return;
    mkdirSync(IMAGES, { recursive: true });
    await this.page.evaluate('document.fonts.ready.then(() => undefined)');
    // On a phone the tabs stand at the window's foot, so that a page that is longer than it would have them in its middle.
    const fullPage = !isFirstScreen && (this.page.viewportSize()?.width ?? 0) > PHONE_WIDTH_PX;
    const scale = isSmall ? 'css' : 'device';
    await this.page.screenshot({ path: `${IMAGES}dashboard-${name}.png`, fullPage, scale });
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
