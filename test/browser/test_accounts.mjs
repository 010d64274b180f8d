// hearth - a web framework for C programs
// SPDX-License-Identifier: MIT
//
// examples/accounts, from registering to logging out everywhere, without scripts and by the keyboard.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { check, run } from './harness.mjs';

const password = 'analytical engine';
const env = { HEARTH_SECRET: 'a secret for tests of 32 bytes and more' };

async function fill(page, fields, send) {
  for (const [label, text] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(text);
  await page.getByRole('button', { name: send }).click();
}

async function register(t, app, name = 'Ada', options = {}) {
  const page = await t.open(app.url + '/register', options);
  await fill(page, { Name: name, 'E-mail address': name + '@example.org', Password: password },
    'Register');
  await page.getByText('Welcome! This is your account.').waitFor();
  return page;
}

const log_in = (page, name = 'ada', word = password) =>
  fill(page, { 'Name or e-mail address': name, Password: word }, 'Log in');
const heading = (page, text) => page.getByRole('heading', { level: 1, name: text, exact: true }).waitFor();
const menu = (page, text) => page.getByRole('navigation').getByRole('link', { name: text }).click();

// RFC 6238, of a key in base 32.
function totp(key, steps = 0) {
  const bits = [...key.replaceAll(' ', '')].map(d => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(d).toString(2).padStart(5, '0'));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + steps));
  const mac = createHmac('sha1', Buffer.from(bits.join('').match(/.{8}/g).map(b => parseInt(b, 2)))).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1000000).padStart(6, '0');
}

check('one registers, logs out and in again, without a script', { script: false }, async t => {
  const app = await t.start('accounts', env);
  const page = await register(t, app);
  await heading(page, 'Profile');
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByText('You are logged out.').waitFor();
  await page.goto(app.url + '/account/password');
  await heading(page, 'Log in');
  await log_in(page);
  await heading(page, 'Password'); // where he wanted to go
  const cookies = await page.context().cookies();
  assert.deepEqual(cookies.map(c => [c.name, c.httpOnly, c.sameSite]), [['sid', true, 'Lax']]);
});

check('what is wrong is said at its field, and what was typed is still there', async t => {
  const app = await t.start('accounts', env);
  t.allow(/status of 422/);
  const page = await register(t, app);
  await page.getByRole('button', { name: 'Log out' }).click();
  await menu(page, 'Register');
  await fill(page, { Name: 'ADA', 'E-mail address': 'a@example.org', Password: 'password1' },
    'Register');
  await page.getByRole('alert').getByText(/tried first/).waitFor();
  await page.getByRole('alert').getByRole('link').click();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'form-password');
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'ADA');
  assert.equal(await page.getByLabel('Password').inputValue(), '');
  await fill(page, { Password: 'difference engine' }, 'Register');
  await page.getByText(/is taken/).first().waitFor();
  await menu(page, 'Log in');
  await log_in(page, 'ada', 'wrong');
  await page.getByRole('alert').getByText('The name or the password is wrong.').waitFor();
});

check('the profile is kept, and is text', async t => {
  const app = await t.start('accounts', env);
  const page = await register(t, app);
  await fill(page, { 'Shown name': 'Ada <b>L.</b>', Website: 'https://example.org', 'About you': '</textarea><script>x</script>' },
    'Save');
  await page.getByRole('status').getByText('Saved.').waitFor();
  assert.equal(await page.getByLabel('Shown name').inputValue(), 'Ada <b>L.</b>');
  assert.equal(await page.getByLabel('About you').inputValue(), '</textarea><script>x</script>');
  await page.reload(); // sends nothing twice, and the message was for once
  assert.equal(await page.getByRole('status').count(), 0);
});

check('a new password logs the other browsers out', async t => {
  const app = await t.start('accounts', env);
  const one = await register(t, app), two = await t.open(app.url + '/login');
  t.allow(/status of 422/);
  await log_in(two);
  await heading(two, 'Profile');
  await menu(one, 'Password');
  await fill(one, { 'The old one': 'wrong', 'The new one': 'difference engine' }, 'Change it');
  await one.getByRole('alert').getByText('That is not your password.').waitFor();
  await fill(one, { 'The old one': password, 'The new one': 'difference engine' }, 'Change it');
  await one.getByText('The password is changed.').waitFor();
  await two.reload();
  await heading(two, 'Log in');
  await log_in(two);
  await two.getByRole('alert').waitFor();
  await log_in(two, 'ada', 'difference engine');
  await heading(two, 'Profile');
});

check('sessions are listed and ended, one and all', async t => {
  const app = await t.start('accounts', env);
  const one = await register(t, app), two = await t.open(app.url + '/login', { view: 'phone' });
  await log_in(two);
  await heading(two, 'Profile');
  await menu(one, 'Sessions');
  const items = one.getByRole('listitem');
  assert.equal(await items.count(), 2);
  assert.match(await items.first().textContent(), /Chrome on Linux this one/);
  await t.picture(one, 'accounts-sessions');
  await items.last().getByRole('button', { name: 'Log out' }).click();
  await one.getByText('That browser is logged out.').waitFor();
  assert.equal(await items.count(), 1);
  await two.reload();
  await heading(two, 'Log in');
  await log_in(two);
  await heading(two, 'Profile');
  await one.getByRole('button', { name: 'Log out everywhere' }).click();
  await one.getByText('You are logged out everywhere.').waitFor();
  await two.reload();
  await heading(two, 'Log in');
});

check('a browser is remembered when its session has ended', async t => {
  const app = await t.start('accounts', env);
  const page = await register(t, app);
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByLabel('Stay logged in on this browser').check();
  await log_in(page);
  await heading(page, 'Profile');
  await page.context().clearCookies({ name: 'sid' });
  await page.reload();
  await heading(page, 'Profile');
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.goto(app.url);
  await heading(page, 'Log in');
});

check('a second factor is asked for, and cannot be walked around', async t => {
  const app = await t.start('accounts', env);
  const page = await register(t, app);
  t.allow(/status of 422/);
  await menu(page, 'Second factor');
  const key = await page.locator('#key').textContent();
  assert.match(key, /^([A-Z2-7]{4} ?){8}$/);
  await t.picture(page, 'accounts-factor');
  await fill(page, { 'The six digits that the app shows': totp(key) }, 'Turn it on');
  await heading(page, 'Codes on paper');
  const codes = await page.locator('.codes code').allTextContents();
  assert.equal(codes.length, 10);
  await t.picture(page, 'accounts-codes');
  await page.getByRole('link', { name: 'I have them' }).click();
  await page.getByRole('button', { name: 'Log out' }).click();

  await page.getByLabel('Stay logged in on this browser').check();
  await log_in(page);
  await heading(page, 'Your code');
  await t.picture(page, 'accounts-code');
  for (const path of ['/account', '/account/sessions', '/account/factor', '/']) {
    await page.goto(app.url + path);
    await heading(page, 'Your code');
  }
  assert.deepEqual((await page.context().cookies()).map(c => c.name), ['sid']); // not remembered yet
  const asked = 'The code of your app';
  await fill(page, { [asked]: totp(key) }, 'Log in'); // that one has been used
  await page.getByRole('alert').getByText('The code is wrong, or was used.').waitFor();
  await fill(page, { [asked]: codes[3] }, 'Log in');
  await heading(page, 'Profile');
  assert.deepEqual((await page.context().cookies()).map(c => c.name).sort(), ['remember', 'sid']);

  await page.getByRole('button', { name: 'Log out' }).click();
  await log_in(page);
  await fill(page, { [asked]: codes[3] }, 'Log in');
  await page.getByRole('alert').waitFor();
  await fill(page, { [asked]: totp(key, 1) }, 'Log in');
  await heading(page, 'Profile');
  await menu(page, 'Second factor');
  await fill(page, { 'Your password, to be sure that it is you': password }, 'Turn it off');
  await page.getByText('The second factor is off.').waitFor();
  await page.getByRole('button', { name: 'Log out' }).click();
  await log_in(page);
  await heading(page, 'Profile');
});

check('everything can be done by the keyboard', async t => {
  const app = await t.start('accounts', env);
  const page = await register(t, app);
  await page.goto(app.url + '/account/password');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'form-old');
  await page.keyboard.type(password);
  await page.keyboard.press('Tab');
  await page.keyboard.type('difference engine');
  await page.keyboard.press('Enter');
  await page.getByText('The password is changed.').waitFor();
});

check('it looks right everywhere', async t => {
  const app = await t.start('accounts', env);
  t.allow(/status of 422/);
  await t.pictures(app.url + '/login', 'accounts-login');
  await t.pictures(app.url + '/register', 'accounts-register', page => fill(page, { Name: 'Ada', 'E-mail address': 'a@b.org',
    Password: 'password1' }, 'Register'));
  for (const view of ['phone', 'desktop'])
    for (const scheme of ['light', 'dark']) {
      const page = await register(t, app, view + scheme, { view, scheme });
      await t.picture(page, 'accounts-profile');
      await menu(page, 'Sessions');
      await heading(page, 'Sessions');
      await t.picture(page, 'accounts-sessions');
    }
});

await run('accounts');
