// hearth - a web framework for C programs
// SPDX-License-Identifier: MIT
//
// examples/dashboard: server-sent events as Chromium's EventSource takes them.  What was missed is asked for
// by Last-Event-ID and replayed exactly; heartbeats keep a proxy from closing a silent stream.
import assert from 'node:assert/strict';
import { check, run, settled, until } from './harness.mjs';

// Globals of the page's script: samples, source.
const numbers = page => page.evaluate(() => samples.map(s => s.n));
const has = (page, n) => page.waitForFunction(want => samples.length > 0 && samples.at(-1).n >= want, n);
const whole = list => assert.deepEqual(list, Array.from({ length: list.length }, (_, i) => list[0] + i));
const fast = { DASHBOARD_EVERY_MS: '50' };
const streams = between => between.asked.match(/GET \/events HTTP\/1\.1/g).length;

check('figures come and the charts move', async t => {
  const app = await t.start('dashboard', fast);
  const page = await t.open(app.url);
  await page.getByText('Live', { exact: true }).waitFor();
  await has(page, 5);
  const line = await page.locator('.line').first().getAttribute('d');
  await page.waitForFunction(d => document.querySelector('.line').getAttribute('d') !== d, line);
  assert.equal(await page.locator('section').count(), 4);
  for (const value of await page.locator('output').allTextContents()) assert.match(value, /^\d+(\.\d)?$/);
  assert.ok(Number(await page.locator('output').nth(2).textContent()) > 1, 'it has memory');
  assert.ok(Number(await page.locator('output').nth(3).textContent()) >= 1, 'and a connection');
});

check('what is asked is counted', async t => {
  const app = await t.start('dashboard');
  const page = await t.open(app.url);
  await has(page, 1);
  await page.getByRole('button', { name: 'Ask 500 times' }).click();
  await page.waitForFunction(() => samples.reduce((sum, s) => sum + s.requests, 0) > 400);
});

check('a page that comes later has the history, and several have the same', async t => {
  const app = await t.start('dashboard', fast);
  const one = await t.open(app.url);
  await has(one, 5);
  const two = await t.open(app.url), three = await t.tab(two, app.url);
  const all = [one, two, three];
  const last = Math.max(...await Promise.all(all.map(async p => (await numbers(p)).at(-1) || 0))) + 5;
  for (const page of all) await has(page, last);
  for (const page of all) {
    const list = await numbers(page);
    whole(list);
    assert.equal(list[0], 1);
  }
});

check('a stream that breaks is taken up where it was, with nothing lost and nothing twice', async t => {
  const app = await t.start('dashboard', fast);
  const between = await t.proxy(app);
  const page = await t.open(between.url);
  t.allow(/ERR_|Failed to load/);
  await has(page, 3);
  await page.evaluate(() => {
    window.got = []; // the events, as they came
    source.addEventListener('sample', e => window.got.push([JSON.parse(e.data).n, e.lastEventId]));
    source.addEventListener('reset', () => window.got.push(['reset']));
  });
  for (let round = 0; round < 3; round++) {
    await page.waitForFunction(n => window.got.length >= n, 3 + round * 10);
    between.down = true;
    between.cut();
    await page.getByText('No connection: trying again …').waitFor();
    const [n, id] = (await page.evaluate(() => window.got)).at(-1);
    const measured = Number((await (await fetch(app.url + '/history')).json()).at(-1).n);
    await until(() => between.down, 'the proxy is down');
    between.asked = '';
    between.down = false;
    await page.waitForFunction(want => window.got.at(-1)[0] >= want, Math.max(measured, n) + 5);
    assert.equal(between.asked.match(/^last-event-id: (.*)\r$/mi)[1], id);
    await page.getByText('Live', { exact: true }).waitFor();
  }
  const got = await page.evaluate(() => window.got);
  whole(got.map(([n]) => n));
  assert.equal(new Set(got.map(([, id]) => id)).size, got.length);
});

check('after a new start of the server the page begins anew', async t => {
  const app = await t.start('dashboard', fast);
  const between = await t.proxy(app);
  const page = await t.open(between.url);
  t.allow(/ERR_|Failed to load/);
  await has(page, 5);
  const first = await page.evaluate(() => samples[0].at);
  between.down = true;
  await app.stop();
  await app.start();
  between.down = false;
  await page.waitForFunction(at => samples.length > 0 && samples[0].n === 1 && samples[0].at !== at, first);
  await page.waitForFunction(() => samples.length >= 5);
  whole(await numbers(page));
});

// A proxy that closes what is silent for two seconds; no event comes at all.
check('heartbeats keep a silent stream open through a proxy', async t => {
  const app = await t.start('dashboard', { DASHBOARD_EVERY_MS: '600000', DASHBOARD_HEARTBEAT_MS: '100' });
  const between = await t.proxy(app, { idle_ms: 2000 });
  const page = await t.open(between.url);
  await page.getByText('Live', { exact: true }).waitFor();
  between.answered = '';
  await until(() => between.answered.split(':\n\n').length > 40, 'forty heartbeats');
  assert.equal(streams(between), 1);
  assert.equal(await page.locator('#state').textContent(), 'Live');
});

check('without heartbeats such a proxy closes it, and the page comes back', async t => {
  const app = await t.start('dashboard', { DASHBOARD_EVERY_MS: '600000', DASHBOARD_HEARTBEAT_MS: '-1' });
  const between = await t.proxy(app, { idle_ms: 1000 });
  const page = await t.open(between.url);
  t.allow(/ERR_|Failed to load/);
  await page.getByText('Live', { exact: true }).waitFor();
  await until(() => streams(between) >= 2, 'the second stream');
  assert.ok(between.idle >= 1);
});

check('a moment is read with the keyboard and by pointing', async t => {
  const app = await t.start('dashboard', fast);
  const page = await t.open(app.url);
  await has(page, 20);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  assert.equal(await page.evaluate(() => cursor), await page.evaluate(() => samples[1].n));
  assert.match(await page.locator('small').first().textContent(), /^\d+:\d+:\d+/);
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate(() => cursor), null);
  const chart = page.locator('svg').first(), { width } = await chart.boundingBox();
  await chart.hover({ position: { x: width - 1, y: 20 } });
  assert.ok(await page.evaluate(() => cursor !== null && cursor > samples[1].n));
  await chart.hover({ position: { x: 1, y: 20 } });
  assert.ok(await page.evaluate(() => cursor === samples[0].n));
});

check('it looks right everywhere', async t => {
  const app = await t.start('dashboard', fast);
  const one = await t.open(app.url);
  await has(one, 40);
  await one.getByRole('button', { name: 'Ask 500 times' }).click();
  await has(one, 150);
  await t.pictures(app.url, 'dashboard', async page => {
    await settled(page, () => samples.length > 100);
    await page.evaluate(() => source.close());
  });
});

await run('dashboard');
