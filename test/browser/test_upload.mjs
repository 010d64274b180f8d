// hearth - a web framework for C programs
// SPDX-License-Identifier: MIT
//
// The page of examples/upload, with its script and without.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { check, run } from './harness.mjs';

const file = (name, bytes) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.alloc(bytes, 'x') });
const names = page => page.locator('#list a').allTextContents();

check('two files are sent, with progress, and come back', async t => {
  const app = await t.start('upload', { UPLOAD_DIR: 'FOLDER/files' });
  const page = await t.open(app.url + '/');
  // What the bar shows while it goes.
  await page.evaluate(() => {
    window.shown = [];
    new MutationObserver(() => window.shown.push(document.getElementById('said').textContent))
      .observe(document.getElementById('said'), { childList: true });
  });
  await page.getByLabel('Choose files').setInputFiles([file('a <b> & c.txt', 5), file('large.bin', 5e6)]);
  assert.equal(await page.locator('#chosen').textContent(), '2 files');
  await page.getByRole('button', { name: 'Upload' }).click();
  await page.getByText('Uploaded.').waitFor();
  assert.match((await page.evaluate(() => window.shown)).join(' '), /100 %/);
  assert.ok(await page.locator('#bar').isHidden());
  assert.deepEqual(await names(page), ['large.bin', 'a <b> & c.txt']);

  const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('a <b> & c.txt').click()]);
  assert.equal(readFileSync(await download.path(), 'utf8'), 'xxxxx');
});

check('a file that is too large is refused in words', async t => {
  const app = await t.start('upload', { UPLOAD_DIR: 'FOLDER/files' });
  const page = await t.open(app.url + '/');
  t.allow(/status of 413/);
  await page.getByLabel('Choose files').setInputFiles(file('huge.bin', 21 * 1024 * 1024));
  await page.getByRole('button', { name: 'Upload' }).click();
  await page.locator('#said.bad').waitFor();
  assert.match(await page.locator('#said').textContent(), /large|too big|limit/i);
  assert.deepEqual(await names(page), []);
});

check('it works without a script, on a phone', { view: 'phone', script: false }, async t => {
  const app = await t.start('upload', { UPLOAD_DIR: 'FOLDER/files' });
  const page = await t.open(app.url + '/');
  await page.getByLabel('Choose files').setInputFiles(file('plain.txt', 5));
  await page.getByRole('button', { name: 'Upload' }).click();
  await page.locator('#list a').waitFor();
  assert.deepEqual(await names(page), ['plain.txt']);
});

check('it looks right everywhere', async t => {
  const app = await t.start('upload', { UPLOAD_DIR: 'FOLDER/files' });
  await t.pictures(app.url + '/', 'upload', async page => {
    await page.getByLabel('Choose files').setInputFiles(file('a file with a long name '.repeat(4) + '.txt', 5e5));
    await page.getByRole('button', { name: 'Upload' }).click();
    await page.getByText('Uploaded.').waitFor();
  });
});

await run('upload');
