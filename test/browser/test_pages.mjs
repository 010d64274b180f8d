// hearth - a web framework for C programs
// SPDX-License-Identifier: MIT
//
// The pages that the library makes: forms of models, and errors (those of /docs: test_notes.mjs).
import assert from 'node:assert/strict';
import { check, run } from './harness.mjs';

const start = t => t.start('test/browser/pages');

async function fill(page, name, mail) {
  await page.getByLabel('Name of the cake').fill(name);
  await page.getByLabel('Your mail address').fill(mail);
}

for (const script of [true, false])
  check(`a form is filled in and sent, ${script ? 'with' : 'without'} scripts`, { script }, async t => {
    const app = await start(t);
    const page = await t.open(app.url);
    await fill(page, 'Plum & <almond>', 'ada@example.org');
    await page.getByLabel('Size').selectOption('large');
    await page.getByLabel('Pieces').fill('12');
    await page.getByLabel('Wanted for').fill('2030-05-17');
    await page.getByLabel('With nuts?').check();
    await page.getByLabel('What shall be written on it').fill('two\nlines');
    await page.getByRole('button', { name: 'Order' }).click();
    await page.waitForURL(/\/ordered/);
    assert.deepEqual(JSON.parse(await page.locator('body').innerText()),
      [{ name: 'Plum & <almond>', size: 'large', pieces: 12, nuts: true, words: 'two\r\nlines' }]); // as forms send it (HTML, 4.10.21.7)
  });

check('a form with faults comes back with what was typed, and leads to each fault', async t => {
  const app = await start(t);
  const page = await t.open(app.url);
  t.allow(/status of 422/);
  await fill(page, '', 'ada at home');
  await page.getByLabel('Pieces').fill('99');
  await page.getByLabel('With nuts?').check();
  await page.getByRole('button', { name: 'Order' }).click();
  const summary = page.getByRole('alert');
  await summary.waitFor();
  assert.equal(await summary.getByRole('link').count(), 3);
  assert.equal(await page.getByLabel('Your mail address').inputValue(), 'ada at home');
  assert.ok(await page.getByLabel('With nuts?').isChecked());
  for (const label of ['Name of the cake', 'Your mail address', 'Pieces']) {
    const field = page.getByLabel(label);
    assert.equal(await field.getAttribute('aria-invalid'), 'true');
    const ids = (await field.getAttribute('aria-describedby')).split(' ');
    assert.ok((await Promise.all(ids.map(id => page.locator('#' + id).innerText()))).join('').length > 5);
  }
  await summary.getByRole('link').nth(1).focus();
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement === document.querySelector('[type=email], [name=mail]')), true);
  await fill(page, 'Plum', 'ada@example.org');
  await page.getByLabel('Pieces').fill('2');
  await page.getByRole('button', { name: 'Order' }).click();
  await page.waitForURL(/\/ordered/);
});

check('what exists already is a fault of its field', async t => {
  const app = await start(t);
  const page = await t.open(app.url);
  t.allow(/status of 422/);
  for (let i = 0; i < 2; i++) {
    await page.goto(app.url);
    await fill(page, 'Plum', 'ada@example.org');
    await page.getByRole('button', { name: 'Order' }).click();
    await (i === 0 ? page.waitForURL(/\/ordered/) : page.getByRole('alert').waitFor());
  }
  assert.equal(await page.getByLabel('Name of the cake').getAttribute('aria-invalid'), 'true');
});

check('the page of development says where, and nothing in it becomes markup', async t => {
  const app = await start(t);
  const page = await t.open('about:blank');
  t.allow(/status of 500/);
  await page.goto(app.url + '/fails');
  const text = await page.locator('body').innerText();
  assert.match(text, /no such table: nowhere/);
  assert.match(text, /1 statement, /);
  assert.match(text, /pages\.c/);
  assert.match(text, /<script>about to fail<\/script>/);
  assert.equal(await page.locator('script, b').count(), 0);
  // Its style sheet is let in by its policy.
  assert.notEqual(await page.evaluate(() => getComputedStyle(document.querySelector('header')).borderTopWidth), '0px');
});

check('they look right everywhere', async t => {
  const app = await start(t);
  t.allow(/status of [45]/);
  await t.pictures(app.url + '/nothing-here', 'error');
  await t.pictures(app.url + '/fails', 'debug');
});

await run('pages');
