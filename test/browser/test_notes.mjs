// hearth - a web framework for C programs
// SPDX-License-Identifier: MIT
//
// The page at /docs that describes an API and tries it, with the API of examples/notes.
import assert from 'node:assert/strict';
import { check, run, settled } from './harness.mjs';

const operation = (page, method, where) => page.locator('details.op', { has: page.locator('.verb', { hasText: method }) })
  .filter({ has: page.getByText(where, { exact: true }) });

check('every route is listed, and found by its words', async t => {
  const app = await t.start('notes');
  const page = await t.open(app.url + '/docs');
  await page.locator('details.op').first().waitFor();
  assert.equal(await page.locator('details.op').count(), 12);
  await page.getByLabel('Find').fill('delete note');
  assert.equal(await page.locator('details.op:visible').count(), 1);
});

check('a book is made and listed from the page, by the keyboard', async t => {
  const app = await t.start('notes');
  const page = await t.open(app.url + '/docs');
  const post = operation(page, 'POST', '/books');
  await post.locator('summary').first().focus();
  await page.keyboard.press('Enter');
  await post.getByLabel('Body (JSON)').fill('{"title": "<b>garden</b>"}');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await post.getByText(/^201 Created/).waitFor();
  assert.match(await post.locator('pre').last().textContent(), /"title": "<b>garden<\/b>"/);

  const get = operation(page, 'GET', '/books');
  await get.locator('summary').first().click();
  await get.getByRole('button', { name: 'Send' }).click();
  await get.getByText(/^200 OK/).waitFor();
  assert.match(await get.locator('pre').last().textContent(), /garden/);
});

check('what is wrong with a body is shown', async t => {
  const app = await t.start('notes');
  const page = await t.open(app.url + '/docs');
  const post = operation(page, 'POST', '/books');
  t.allow(/the server responded with a status of 422/);
  await post.locator('summary').first().click();
  await post.getByLabel('Body (JSON)').fill('{}');
  await post.getByRole('button', { name: 'Send' }).click();
  await post.getByText(/^422 Unprocessable/).waitFor();
  assert.match(await post.locator('pre').last().textContent(), /title is required/);
});

check('it looks right everywhere', async t => {
  const app = await t.start('notes');
  await t.pictures(app.url + '/docs', 'docs', async page => {
    await operation(page, 'POST', '/books').locator('summary').first().click();
    await settled(page);
  });
});

await run('notes');
