import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findBrowser, openBrowser } from '../support/browser.ts';
import { findFreePorts } from '../support/free-ports.ts';
import { reportMissing } from '../support/report-missing.ts';

const PICTURES = join(import.meta.dirname, '..', 'output');
const CARD_WITHIN_MS = 90_000;
const FOLLOWS_WITHIN_MS = 2_000;
const executable = findBrowser();

describe('the demo, from the command to a resolved incident', () => {
  if (executable === undefined) {
    reportMissing({ url: null, reason: 'there is no Chromium to look at the page with' });
    return;
  }
  let demo: ChildProcess;
  let printed = '';
  let page: Page;
  let port: number;
  let closeBrowser: (() => Promise<void>) | undefined;

  beforeAll(async () => {
    mkdirSync(PICTURES, { recursive: true });
    port = await findFreePorts(2);
    demo = spawn(process.execPath, ['demo/src/main.ts', '--port', String(port), '--no-open'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const keep = (chunk: Buffer): void => {
      printed += chunk.toString('utf8');
    };
    demo.stdout?.on('data', keep);
    demo.stderr?.on('data', keep);
    const startedAt = Date.now();
    await vi.waitFor(() => expect(printed).toContain(`http://127.0.0.1:${port}`), { timeout: 20_000, interval: 100 });
    const browser = await openBrowser(executable);
    closeBrowser = browser.close;
    page = await browser.context.newPage();
    await page.goto(`http://127.0.0.1:${port}`);
    await card().waitFor({ timeout: CARD_WITHIN_MS - (Date.now() - startedAt) });
  }, CARD_WITHIN_MS + 30_000);

  afterAll(async () => {
    await closeBrowser?.();
    if (demo.exitCode !== null) return;
    const ended = new Promise((resolve) => demo.once('exit', resolve));
    demo.kill('SIGINT');
    await ended;
  });

  const card = () => page.locator('.msg', { hasText: 'INC-1' }).first();

  it('shows one card, led by payment-service, with its numbers, chart and buttons', async () => {
    const text = await card().innerText();
    expect(text).toContain('P1 · payment-service');
    expect(text).toMatch(/\d+(\.\d)?\s%\sof [\d,]+ requests failed/);
    expect(text).toContain('is normal');
    await card().getByRole('button', { name: 'Acknowledge' }).waitFor();
    await card().getByRole('button', { name: 'Resolve' }).waitFor();
    await card().locator('img').first().waitFor({ timeout: 20_000 });
    const width = await card()
      .locator('img')
      .first()
      .evaluate(async (element) => {
        const image = element as unknown as { decode(): Promise<void>; naturalWidth: number };
        await image.decode();
        return image.naturalWidth;
      });
    expect(width).toBe(720);
    await page.screenshot({ path: join(PICTURES, 'demo-1-open.png') });
  });

  it('folds what fails because of it into the thread instead of opening another card', async () => {
    await expect
      .poll(() => card().innerText(), { timeout: 60_000, interval: 500 })
      .toMatch(/order-service[^]*gateway|gateway[^]*order-service/);
    expect(await page.locator('.main .msg').count()).toBe(1);
    await card()
      .getByText(/\d+ repl/)
      .click();
    for (const service of ['order-service', 'gateway']) {
      await page.getByText(`anomaly folded in: ${service}`).first().waitFor({ timeout: 20_000 });
    }
    await page.screenshot({ path: join(PICTURES, 'demo-2-thread.png') });
  });

  it('follows a click on Acknowledge', async () => {
    await card().getByRole('button', { name: 'Acknowledge' }).click();
    await card().getByText('acknowledged by').waitFor({ timeout: FOLLOWS_WITHIN_MS });
    expect(await card().getByRole('button', { name: 'Acknowledge' }).count()).toBe(0);
    await page.screenshot({ path: join(PICTURES, 'demo-3-acknowledged.png') });
  });

  it('follows a typed command', async () => {
    const composer = page.locator('.main .composer-input');
    await composer.fill('/sentinel resolve INC-1 pool size 10 to 20');
    await composer.press('Enter');
    await card().getByText('resolved by').waitFor({ timeout: FOLLOWS_WITHIN_MS });
    expect(await card().innerText()).toContain('pool size 10 to 20');
    await card().getByRole('button', { name: 'Reopen' }).waitFor();
    await page.screenshot({ path: join(PICTURES, 'demo-4-resolved.png') });
  });

  it('answers a typed query with a table', async () => {
    const composer = page.locator('.main .composer-input');
    await composer.fill('/sentinel query FROM logs | STATS n = COUNT(*) BY service.name | SORT n DESC');
    await composer.press('Enter');
    const answer = page.locator('.main .msg', { hasText: 'STATS n = COUNT(*)' }).last();
    await expect.poll(() => answer.innerText(), { timeout: 10_000 }).toMatch(/[\d,]+\s+gateway/);
    await page.screenshot({ path: join(PICTURES, 'demo-5-query.png') });
  });

  it('stops everything it started on Ctrl-C', async () => {
    const ended = new Promise<number | null>((resolve) => demo.once('exit', resolve));
    demo.kill('SIGINT');
    expect(await ended).toBe(0);
    await expect(fetch(`http://127.0.0.1:${port}/_control/state`)).rejects.toThrow();
  });
});
