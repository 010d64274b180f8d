// hearth - a web framework for C programs
// SPDX-License-Identifier: MIT
//
// examples/wiki, from registering to logging out, without scripts, by the keyboard and in two languages.
import assert from 'node:assert/strict';
import { check, run } from './harness.mjs';

const password = 'analytical engine';
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Qz0AEYBxVSF+FAAhKDveksOjmAAAAAElFTkSuQmCC',
  'base64');
const file = (name, buffer) => ({ name, mimeType: 'image/png', buffer });

const heading = (page, text) => page.getByRole('heading', { level: 1, name: text, exact: true }).waitFor();
const link = (page, text) => page.getByRole('link', { name: text, exact: true }).first().click();
const button = (page, text) => page.getByRole('main').getByRole('button', { name: text, exact: true }).click();

async function fill(page, fields, send) {
  for (const [label, text] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(text);
  await button(page, send);
}

async function register(t, app, name = 'Ada', options = {}) {
  const page = await t.open(app.url + '/register', options);
  await fill(page, { Name: name, 'E-mail address': name + '@example.org', Password: password }, 'Register');
  await page.getByText('Welcome!').waitFor();
  return page;
}

async function write(page, app, name, text, note = '') {
  await page.goto(app.url + '/wiki/' + encodeURIComponent(name) + '/edit');
  await fill(page, { Text: text, 'What did you change?': note }, 'Save');
  await page.getByText('Saved.').waitFor();
}

// The start page is not there before somebody writes it, and Chromium says so.
function start(t) {
  t.allow(/status of (404|422|409)/);
  return t.start('wiki');
}

check('register, write, link, upload, search, diff, log out, without a script', { script: false }, async t => {
  const app = await start(t);
  const page = await t.open(app.url);
  await heading(page, 'Start');
  await link(page, 'Create this page');
  await heading(page, 'Log in');
  await page.getByRole('main').getByRole('link', { name: 'Register' }).click();
  await fill(page, { Name: 'Ada', 'E-mail address': 'ada@example.org', Password: password }, 'Register');
  await heading(page, 'Start'); // where he wanted to go
  await fill(page, { Text: '# Welcome\n\nRead about [[engines]] and [the rest](https://example.org).', 'What did you change?': 'begun' },
    'Save');
  await page.getByRole('status').getByText('Saved.').waitFor();
  await page.getByRole('heading', { name: 'Welcome' }).waitFor();

  assert.equal(await page.locator('article a.wanted').textContent(), 'engines');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Wanted' }).click();
  await page.getByRole('main').getByRole('link', { name: 'Engines', exact: true }).click();
  await fill(page, { Text: 'The analytical engine *weaves*.' }, 'Save');
  await page.goto(app.url);
  assert.equal(await page.locator('article a.wanted').count(), 0);
  await page.locator('article').getByRole('link', { name: 'engines' }).click();
  await heading(page, 'Engines');

  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Images' }).click();
  await page.getByLabel('File', { exact: true }).setInputFiles(file('a.png', Buffer.from('<svg onload="alert(1)"></svg>')));
  await fill(page, { 'What does it show?': 'A square' }, 'Upload');
  await page.getByRole('alert').getByText(/no PNG, JPEG, GIF or WebP/).waitFor();
  await page.getByLabel('File', { exact: true }).setInputFiles(file('a.png', png));
  await button(page, 'Upload');
  await page.getByText('The image is there.').waitFor();
  const code = await page.locator('figcaption code').textContent();
  assert.equal(code, '![A square](/image/1)');
  await write(page, app, 'Engines', 'The analytical engine *weaves* algebra.\n\n' + code, 'a picture');
  const image = page.getByRole('article').getByRole('img', { name: 'A square' });
  await image.scrollIntoViewIfNeeded();
  assert.equal(await image.getAttribute('src'), '/image/1');

  await link(page, 'History');
  await button(page, 'Compare the chosen ones');
  assert.deepEqual(await page.locator('.diff ins').allTextContents(), [' algebra']);
  assert.equal(await page.locator('.diff .new').count(), 3);

  await page.getByRole('searchbox').fill('algebra');
  await page.keyboard.press('Enter');
  await page.getByText('1 page has algebra').waitFor();
  await page.locator('.found').getByRole('link', { name: 'Engines' }).click();
  await heading(page, 'Engines');
  await link(page, 'Talk');
  await link(page, 'Create this page');
  await fill(page, { Text: 'Who built it?' }, 'Save');
  await heading(page, 'Talk: Engines');

  await page.getByRole('link', { name: 'Ada', exact: true }).click();
  assert.equal(await page.locator('.changes li').count(), 4);
  await button(page, 'Log out');
  await page.getByText('You are logged out.').waitFor();
  await link(page, 'Edit');
  await heading(page, 'Log in');
});

check('what hostile people write is text', async t => {
  const app = await start(t);
  const page = await register(t, app);
  page.on('dialog', () => t.complain('a script ran'));
  await write(page, app, 'Hostile', [
    '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '[a](javascript:alert(1))', '[b](JaVaScRiPt&colon;alert(1))',
    '[c](&#1;javascript:alert(1))', '![d](javascript:alert(1))', '![e](https://example.org/x.png)', '<javascript:alert(1)>',
    '![f"onerror="alert(1)](/image/1 "g\'onload=\'alert(1)")', '[[h"onclick="alert(1)]]', '[[javascript:alert(1)]]',
    '[i](data:text/html,<script>alert(1)</script>)', '[j](/ok)', '<a href="javascript:alert(1)">k</a>', '`<script>alert(1)</script>`',
  ].join('\n\n'), '<script>alert(1)</script>');
  t.allow(/\/image\/1/);
  const article = page.getByRole('article');
  assert.equal(await article.locator('script, iframe, object, embed, style').count(), 0);
  const found = await article.evaluate(a => [...a.querySelectorAll('*')].flatMap(e => [...e.attributes].map(x => x.name + '=' + x.value)));
  assert.deepEqual(found.filter(x => /^on|^style|script:(?!alert\(1\)$)|^(href|src)=(javascript|data)/i.test(x)), []);
  for (const a of await article.locator('a').all()) {
    const url = await a.evaluate(e => e.href && new URL(e.href).protocol);
    assert.ok(['', 'http:'].includes(url), url);
    if (!(await a.getAttribute('href'))) await a.click();
  }
  for (const path of ['/changes', '/wiki/Hostile/history', '/wiki/Hostile/diff', '/search?q=script', '/wiki/Hostile/edit']) {
    await page.goto(app.url + path);
    assert.equal(await page.locator('main script').count(), 0);
  }
  assert.match(await page.getByLabel('Text', { exact: true }).inputValue(), /^<script>alert/);
});

check('who is too late sees both texts', async t => {
  const app = await start(t);
  const one = await register(t, app, 'Ada'), two = await register(t, app, 'Bob');
  await write(one, app, 'Start', 'One line.\n\nAnd a second one.');
  await one.goto(app.url + '/wiki/Start/edit');
  await two.goto(app.url + '/wiki/Start/edit');
  await fill(one, { Text: 'One line.\n\nAnd a third one.' }, 'Save');
  await one.getByText('Saved.').waitFor();
  await fill(two, { Text: 'My line.\n\nAnd a second one.' }, 'Save');
  await two.getByRole('alert').getByText('Somebody else has changed this page meanwhile').waitFor();
  assert.match(await two.locator('.theirs').textContent(), /third/);
  assert.match(await two.getByLabel('Your text').inputValue(), /second/);
  await t.picture(two, 'wiki-conflict');
  await fill(two, { 'Your text': 'My line.\n\nAnd a third one.' }, 'Save');
  await two.getByText('Saved.').waitFor();
  await link(two, 'History');
  assert.equal(await two.locator('.changes li').count(), 3);
});

check('everything can be done by the keyboard', async t => {
  const app = await start(t);
  const page = await register(t, app);
  await page.goto(app.url + '/wiki/Keys/edit');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  await page.keyboard.press('Enter');
  for (let i = 0; (await page.evaluate(() => document.activeElement.id)) !== 'form-text'; i++) {
    assert.ok(i < 8);
    await page.keyboard.press('Tab');
  }
  await page.keyboard.type('By *hand*');
  await page.getByLabel('What did you change?').focus();
  await page.keyboard.press('Enter');
  await page.getByText('Saved.').waitFor();
});

check('it speaks German, too', async t => {
  const app = await start(t);
  const page = await register(t, app);
  await page.goto(app.url + '/wanted');
  await link(page, 'Deutsch');
  await heading(page, 'Gewünschte Seiten');
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'de');
  await page.goto(app.url + '/wiki/Seite/edit');
  await fill(page, { Text: ' ', 'Was haben Sie geändert?': 'x' }, 'Speichern');
  await page.goto(app.url + '/wiki/Seite/edit');
  await fill(page, { Text: 'Hallo', 'Was haben Sie geändert?': 'neu' }, 'Speichern');
  await page.getByText('Gespeichert.').waitFor();
  await t.picture(page, 'wiki-german', {});
  await link(page, 'English');
  await link(page, 'Changes');
});

check('it looks right everywhere', async t => {
  const app = await start(t);
  const page = await register(t, app, 'Countess');
  await page.goto(app.url + '/images');
  await page.getByLabel('File', { exact: true }).setInputFiles(file('a.png', png));
  await fill(page, { 'What does it show?': 'A square' }, 'Upload');
  const text = `Notes on the **Analytical Engine**, a machine that *weaves* algebraical patterns
just as the Jacquard loom weaves flowers and leaves. See [[Charles Babbage]], [[Notes|her notes]] and
[the web](https://example.org).

## What it is made of

- the store, which holds numbers
- the mill, which works on them
  1. addition
  2. multiplication

| Part | Holds | Since |
|------|------:|-------|
| Store | 1000 | 1837 |
| Mill | 2 | 1837 |

> We may say most aptly that it weaves.

\`\`\`
for (i = 0; i < n; i++)
    a_rather_long_line_of_code_that_does_not_fit_on_a_phone(and_has_to_be_scrolled, sideways);
\`\`\`

![A square](/image/1)
`;
  await write(page, app, 'Analytical Engine', text, 'from the manuscript');
  await write(page, app, 'Start', 'Welcome. Begin with the [[Analytical Engine]].\n', 'begun');
  await write(page, app, 'Notes', 'Seven of them, A to G, on the [[Analytical Engine]] and [[Bernoulli numbers]].');
  await write(page, app, 'Analytical Engine', text.replace('weaves flowers and leaves', 'weaves flowers, leaves and birds')
    .replace('1000', '1 000') + '\nThe end.\n', 'birds');
  for (const [path, name] of [['/wiki/Analytical_Engine', 'page'], ['/wiki/Analytical_Engine/diff', 'diff'],
    ['/wiki/Analytical_Engine/history', 'history'], ['/wiki/Analytical_Engine/history/1', 'revision'], ['/changes', 'changes'],
    ['/wanted', 'wanted'], ['/pages', 'pages'], ['/search?q=weaves', 'search'], ['/search?q=loom+patterns+x', 'search-none'],
    ['/images', 'images'], ['/wiki/Bernoulli_numbers', 'missing'], ['/login', 'login'], ['/register', 'register'], ['/nothing', '404']])
    await t.pictures(app.url + path, 'wiki-' + name);
  for (const view of ['phone', 'desktop'])
    for (const scheme of ['light', 'dark']) {
      const own = await register(t, app, view + scheme, { view, scheme });
      await own.goto(app.url + '/wiki/Analytical_Engine/edit');
      await own.getByText('How to write').click();
      await t.picture(own, 'wiki-edit');
      await own.getByLabel('Text', { exact: true }).fill(text.replace('aptly', 'fitly'));
      await button(own, 'Preview');
      await t.picture(own, 'wiki-preview');
      await own.goto(app.url + '/images');
      await t.picture(own, 'wiki-upload');
      await own.getByRole('link', { name: view + scheme }).click();
      await t.picture(own, 'wiki-account');
    }
});

await run('wiki');
