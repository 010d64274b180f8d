// hearth - a web framework for C programs
// SPDX-License-Identifier: MIT
//
// Hostile texts in every place where a template can put one: none of them runs, none loads anything
// from elsewhere, and each comes out as the text that it was.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { check, run } from './harness.mjs';

const corpus = JSON.parse(readFileSync(new URL('escape.json', import.meta.url)));

// What a browser makes of line ends in text.
const lines = s => s.replace(/\r\n?/g, '\n');
const texts = page => page.locator('[id^=v]').evaluateAll(all => all.map(e => e.textContent));

// The page of a place, in which whoever calls alert() is caught; `elsewhere` collects what it asked for.
async function open(t, place, elsewhere = []) {
  const app = await t.start('test/browser/escape');
  const page = await t.open('about:blank');

  // Error pages, which addresses of this site lead to, may not be framed.
  t.allow(/Framing .*frame-ancestors/s);
  t.allow(/Failed to load resource|Refused to|Not allowed to load|net::ERR|Unsafe attempt|MIME type/);
  await page.addInitScript(() => {
    window.hits = [];
    for (const name of ['alert', 'confirm', 'prompt']) window[name] = () => window.top.hits.push(name);
  });
  page.on('request', r => {
    if (!r.url().startsWith(app.url)) elsewhere.push(`${r.resourceType()} ${r.url()}`);
  });
  await page.goto(`${app.url}/${place}`, { waitUntil: 'load' });
  return page;
}

async function nothing_ran(page) {
  // What waits for a visitor: every handler that was smuggled in.
  await page.evaluate(() => {
    for (const e of document.querySelectorAll('*'))
      for (const kind of ['mouseover', 'focus', 'error', 'load'])
        e.dispatchEvent(new Event(kind));
  });
  assert.deepEqual(await page.evaluate(() => window.hits), []);
}

for (const place of ['text', 'textarea'])
  check(`${place}: each text comes out as it was`, async t => {
    const page = await open(t, place);
    await nothing_ran(page);
    assert.deepEqual(await texts(page), corpus.map(lines));
    assert.equal(await page.locator('script, img, svg, iframe, math').count(), 0);
  });

check('title and comment: nothing leaves them', async t => {
  for (const place of ['title', 'comment']) {
    const page = await open(t, place);
    await nothing_ran(page);
    assert.equal(await page.locator('body *').count(), 1);
  }
});

for (const place of ['attribute', 'xmlattr'])
  check(`${place}: each value comes out as it was, and no other attribute with it`, async t => {
    const page = await open(t, place);
    await nothing_ran(page);
    const found = await page.locator('[id^=v]').evaluateAll(all =>
      all.map(e => [e.title, e.dataset.v, e.attributes.length]));
    assert.deepEqual(found, corpus.map(v => [lines(v), lines(v), 3]));
  });

check('href: what would run leads nowhere', async t => {
  const page = await open(t, 'href');
  const found = await page.locator('[id^=v]').evaluateAll(all => all.map(e => [e.protocol, e.href, e.attributes.length]));

  found.forEach(([protocol, href, n], i) => {
    assert.match(protocol, /^(https?|mailto|about):$/, corpus[i]);
    assert.ok(protocol !== 'about:' || href === 'about:invalid', href);
    assert.equal(n, 3);
  });
  assert.equal(found[corpus.indexOf('https://127.0.0.1:1/?a=1&b="2"')][1], 'https://127.0.0.1:1/?a=1&b=%222%22');
  await nothing_ran(page);
});

check('action: what would run leads nowhere', async t => {
  const page = await open(t, 'action');
  const found = await page.locator('form').evaluateAll(all =>
    all.flatMap(e => [new URL(e.action).protocol, new URL(e.elements[0].formAction).protocol]));

  await nothing_ran(page);
  assert.equal(found.length, 2 * corpus.length);
  found.forEach(p => assert.match(p, /^(https?|mailto|about):$/));
});

check('src: scripts and plugins come from this site only, and pictures do not run', async t => {
  const elsewhere = [];
  const page = await open(t, 'src', elsewhere);

  await nothing_ran(page);
  const scripts = await page.locator('script, object, embed').evaluateAll(all =>
    all.map(e => e.src || e.data).filter(u => u && u !== 'about:invalid').map(u => new URL(u).origin));
  assert.deepEqual([...new Set(scripts)], [new URL(page.url()).origin]);
  // What went elsewhere are pictures and frames, which have an origin of their own.
  for (const asked of elsewhere)
    assert.match(asked, /^(image|document) (https?|mailto):|^\w+ about:invalid$/);
});

check('style: no rule is broken out of, and nothing is loaded', async t => {
  const elsewhere = [];
  const page = await open(t, 'style', elsewhere);

  await nothing_ran(page);
  assert.deepEqual(elsewhere, []);
  assert.equal(await page.locator('#last').evaluate(e => getComputedStyle(e).color), 'rgb(1, 2, 3)');
  assert.equal(await page.evaluate(() => [...document.styleSheets[0].cssRules].length), 2 * corpus.length + 1);
  const found = await page.locator('[id^=v]').evaluateAll(all =>
    all.map(e => [getComputedStyle(e).backgroundImage, getComputedStyle(document.body).backgroundImage]));
  assert.ok(found.every(([a, b]) => a === 'none' && b === 'none'));
});

check('script: each value is the string that it was', async t => {
  const page = await open(t, 'script');

  await nothing_ran(page);
  assert.deepEqual(await page.evaluate(() => window.got), corpus);
  await page.evaluate(() => document.querySelectorAll('button').forEach(b => b.click()));
  assert.deepEqual(await page.evaluate(() => window.got), [...corpus, ...corpus]);
  assert.deepEqual(await page.evaluate(() => window.hits), []);
});

for (const place of ['filters', 'macros'])
  check(`${place}: what is done to a text does not make it trusted`, async t => {
    const page = await open(t, place);

    await nothing_ran(page);
    assert.equal(await page.locator('script, img, svg, iframe, math, [onerror], [onload], [onfocus]').count(), 0);
    for (const url of await page.locator('a').evaluateAll(all => all.map(e => e.protocol)))
      assert.match(url, /^(https?|mailto):$/);
  });

await run('escape');
