// hearth - a web framework for C programs
// SPDX-License-Identifier: MIT
//
// examples/chat with several people and several tabs: who is there, who is typing, and that nothing that
// was said is lost or shown twice, whatever becomes of connections and server.
import assert from 'node:assert/strict';
import { check, run, settled } from './harness.mjs';

const said = page => page.locator('#messages p').allTextContents();
const connected = page => settled(page, () => !document.getElementById('chat').hidden &&
  document.getElementById('state').textContent === '');
const shows = (page, ...texts) => page.waitForFunction(want =>
  JSON.stringify([...document.querySelectorAll('#messages p')].map(p => p.textContent)) === JSON.stringify(want), texts);
const kept = page => page.waitForFunction(() => !document.querySelector('.sending'));

async function enter(page, name) {
  await page.getByLabel('What shall others call you?').fill(name);
  await page.getByRole('button', { name: 'Come in' }).click();
  await connected(page);
  return page;
}

const come = async (t, url, name, options) => enter(await t.open(url, options), name);

async function say(page, text) {
  await page.getByLabel('Message').fill(text);
  await page.getByRole('button', { name: 'Send' }).click();
}

check('the plain room: what one says everybody hears', async t => {
  const app = await t.start('chat/room');
  const [ada, bob] = [await t.open(app.url), await t.open(app.url)];
  for (const page of [ada, bob]) await page.getByText('Connected.').waitFor();
  await ada.getByLabel('Say something').fill('hello <b>bob</b>');
  await ada.keyboard.press('Enter');
  await bob.getByLabel('Say something').fill('hello ada');
  await bob.getByText('hello <b>bob</b>').waitFor();
  await bob.keyboard.press('Enter');
  for (const page of [ada, bob]) {
    await page.getByText('hello ada').waitFor();
    assert.deepEqual(await page.locator('#said li').allTextContents(), ['hello <b>bob</b>', 'hello ada']);
  }
  assert.equal(await bob.locator('#said b').count(), 0);
});

check('two people hear each other, in all of their tabs', async t => {
  const app = await t.start('chat');
  const ada = await come(t, app.url, 'ada'), bob = await come(t, app.url, 'bob');
  const ada2 = await t.tab(ada, app.url);
  await connected(ada2);
  await say(ada, 'hello bob');
  await shows(bob, 'hello bob');
  await say(bob, 'hello ada');
  for (const page of [ada, ada2, bob]) await shows(page, 'hello bob', 'hello ada');
  await kept(ada);
  assert.equal(await ada2.locator('.mine').count(), 1);
  assert.equal(await bob.locator('#messages strong').first().textContent(), 'ada');
});

check('who is there is shown, each once', async t => {
  const app = await t.start('chat');
  const ada = await come(t, app.url, 'ada');
  await ada.getByText('You are alone here.').waitFor();
  const bob = await come(t, app.url, 'bob');
  await ada.getByText('With you: bob', { exact: true }).waitFor();
  await bob.getByText('With you: ada', { exact: true }).waitFor();
  const bob2 = await t.tab(bob, app.url);
  await bob2.getByText('With you: ada', { exact: true }).waitFor();
  await bob.close();
  await ada.getByText('With you: bob', { exact: true }).waitFor();
  await bob2.close();
  await ada.getByText('You are alone here.').waitFor();
});

check('who is typing is shown until it is said', async t => {
  const app = await t.start('chat');
  const ada = await come(t, app.url, 'ada'), bob = await come(t, app.url, 'bob');
  await ada.getByLabel('Message').pressSequentially('I thi');
  await bob.getByText('ada is typing …').waitFor();
  assert.equal(await ada.locator('#typing').textContent(), '');
  await ada.getByLabel('Message').press('Enter');
  await shows(bob, 'I thi');
  assert.equal(await bob.locator('#typing').textContent(), '');
});

check('markup is shown as text, in names and messages', async t => {
  const app = await t.start('chat');
  const ada = await come(t, app.url, '<i>ada</i>'), bob = await come(t, app.url, 'bob');
  const text = '<img src=x onerror="alert(1)"><script>alert(2)</script> &amp;\n<b>two</b> lines';
  await say(ada, text);
  await shows(bob, text);
  await bob.getByText('With you: <i>ada</i>').waitFor();
  assert.equal(await bob.locator('#messages img, #messages script, #messages b, main i').count(), 0);
  await bob.reload();
  await shows(bob, text);
});

check('a name that is taken, and a room that cannot be, are refused in words', async t => {
  const app = await t.start('chat');
  await come(t, app.url, 'ada');
  t.allow(/status of 4(09|22)/);
  const other = await t.open(app.url);
  await other.getByLabel('What shall others call you?').fill('ada');
  await other.getByRole('button', { name: 'Come in' }).click();
  await other.getByText('name already exists').waitFor();
  await enter(other, 'bob');
  await other.getByLabel('Name of a new room').fill('lobby');
  await other.getByRole('button', { name: 'Open' }).click();
  await other.getByText('name already exists').waitFor();
});

check('what is said in one room is not heard in another', async t => {
  const app = await t.start('chat');
  const ada = await come(t, app.url, 'ada'), bob = await come(t, app.url, 'bob');
  await ada.getByLabel('Name of a new room').fill('garden');
  await ada.getByRole('button', { name: 'Open' }).click();
  await ada.getByRole('heading', { name: '# garden' }).waitFor();
  await connected(ada);
  await say(ada, 'among flowers');
  await shows(ada, 'among flowers');
  await bob.getByText('You are alone here.').waitFor();
  await say(bob, 'in the lobby');
  await shows(bob, 'in the lobby');
  await bob.goto(app.url + '/#garden');
  await shows(bob, 'among flowers');
  await ada.getByText('With you: bob').waitFor();
  await bob.goBack();
  await shows(bob, 'in the lobby');
});

check('what was missed while the connection was broken comes once, in order', async t => {
  const app = await t.start('chat');
  const between = await t.proxy(app);
  const ada = await come(t, app.url, 'ada'), bob = await come(t, between.url, 'bob');
  t.allow(/WebSocket connection|ERR_/);
  await say(ada, 'one');
  await shows(bob, 'one');
  for (let round = 0; round < 3; round++) {
    const before = await said(bob);
    between.down = true;
    between.cut();
    await bob.getByText('No connection: trying again …').waitFor();
    for (const text of ['two', 'three', 'four']) await say(ada, text + round);
    await kept(ada);
    between.down = false;
    await bob.evaluate(() => window.dispatchEvent(new Event('online')));
    await shows(bob, ...before, 'two' + round, 'three' + round, 'four' + round);
  }
  await say(ada, 'and now');
  await bob.getByText('and now').waitFor();
  assert.deepEqual(await said(bob), await said(ada));
});

check('the server starts anew: people are there again, and what was said meanwhile arrives once', async t => {
  const app = await t.start('chat');
  const between = await t.proxy(app);
  const ada = await come(t, between.url, 'ada'), bob = await come(t, between.url, 'bob');
  t.allow(/WebSocket connection|ERR_/);
  await say(ada, 'before');
  await shows(bob, 'before');
  await kept(ada);
  between.down = true;
  await app.kill();
  for (const page of [ada, bob]) await page.getByText('No connection: trying again …').waitFor();
  await say(ada, 'while it was down');
  assert.equal(await ada.locator('.sending').count(), 1);
  await app.start();
  between.down = false;
  for (const page of [ada, bob]) await page.evaluate(() => window.dispatchEvent(new Event('online')));
  for (const page of [ada, bob]) await shows(page, 'before', 'while it was down');
  await kept(ada);
  await ada.getByText('With you: bob').waitFor();
  await bob.reload();
  await shows(bob, 'before', 'while it was down');
});

check('many speak at once while connections break: everybody ends with the same, whole', async t => {
  const app = await t.start('chat');
  const people = [];
  t.allow(/WebSocket connection|ERR_/);
  for (const name of ['ada', 'bob', 'cyd']) {
    const between = await t.proxy(app);
    people.push({ name, between, page: await come(t, between.url, name) });
  }
  await Promise.all(people.map(async ({ name, between, page }, i) => {
    for (let n = 0; n < 12; n++) {
      await say(page, `${name} ${n}`);
      if (n % 4 === i) between.cut();
      // Whoever was cut goes on talking, and comes back at once, as when a telephone finds its net again.
      if (n % 4 === i) await page.evaluate(() => window.dispatchEvent(new Event('online')));
    }
  }));
  for (const { page } of people) {
    await page.waitForFunction(() => document.querySelectorAll('#messages li').length === 36 &&
      !document.querySelector('.sending, .refused'));
  }
  const whole = await said(people[0].page);
  assert.equal(new Set(whole).size, 36);
  for (const { page, name } of people) {
    assert.deepEqual(await said(page), whole);
    assert.deepEqual(whole.filter(text => text.startsWith(name)), Array.from({ length: 12 }, (_, n) => `${name} ${n}`));
  }
});

check('a network that is silently gone is noticed by who says something', async t => {
  const app = await t.start('chat');
  const between = await t.proxy(app);
  const ada = await t.open('about:blank');
  await ada.clock.install();
  await ada.goto(between.url);
  await enter(ada, 'ada');
  await say(ada, 'before');
  await kept(ada);
  between.freeze();
  await say(ada, 'into the void');
  assert.equal(await ada.locator('.sending').count(), 1);
  await ada.clock.fastForward(11000);
  await kept(ada);
  assert.deepEqual(await said(ada), ['before', 'into the void']);
  await connected(ada);
});

check('it comes back by itself', async t => {
  const app = await t.start('chat');
  const between = await t.proxy(app);
  const ada = await come(t, between.url, 'ada');
  t.allow(/WebSocket connection|ERR_/);
  between.cut();
  await ada.getByText('No connection: trying again …').waitFor();
  await connected(ada);
});

check('a long history comes in parts', async t => {
  const app = await t.start('chat');
  const ada = await come(t, app.url, 'ada');
  await ada.close();
  await app.stop();
  // More than there is in a part; to say it all would take too long, as nobody may say so much at once.
  t.sql(app, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 350)
    INSERT INTO messages(room, seq, author, nonce, text) SELECT 1, i, 'ada', 'n' || i, 'line ' || i FROM n`);
  await app.start();
  const lines = (a, b) => Array.from({ length: b - a + 1 }, (_, i) => 'line ' + (a + i));
  const bob = await come(t, app.url, 'bob');
  await shows(bob, ...lines(301, 350));
  await bob.getByRole('button', { name: 'Earlier messages' }).click();
  await shows(bob, ...lines(251, 350));
  // Who was away for long is sent all of it, part by part.
  await bob.evaluate(() => {
    document.getElementById('messages').replaceChildren();
    last = 20;
    socket.close();
  });
  await shows(bob, ...lines(21, 350));
});

check('too much at once is refused, and can be said again', async t => {
  const app = await t.start('chat');
  const ada = await come(t, app.url, 'ada');
  await ada.evaluate(() => { for (let i = 0; i < 20; i++) say('spam ' + i); });
  await ada.getByText('That was much at once: wait a little.').first().waitFor();
  await kept(ada);
  const refused = await ada.locator('.refused').count();
  assert.ok(refused >= 1 && refused <= 5, refused + ' are refused');
  await ada.getByRole('button', { name: 'Try again' }).first().click();
  await kept(ada);
  assert.equal((await said(ada)).length, 20);
});

check('it is used with the keyboard alone', async t => {
  const app = await t.start('chat');
  const ada = await t.open(app.url);
  await ada.getByLabel('What shall others call you?').waitFor();
  await ada.keyboard.type('ada');
  await ada.keyboard.press('Enter');
  await connected(ada);
  await ada.keyboard.type('first line');
  await ada.keyboard.press('Shift+Enter');
  await ada.keyboard.type('second line');
  await ada.keyboard.press('Enter');
  await shows(ada, 'first line\nsecond line');
  await kept(ada);
  await ada.keyboard.press('Shift+Tab');
  assert.equal(await ada.evaluate(() => document.activeElement.id), 'scroll');
});

check('who leaves is nobody in all of his tabs', async t => {
  const app = await t.start('chat');
  const ada = await come(t, app.url, 'ada'), bob = await come(t, app.url, 'bob');
  const bob2 = await t.tab(bob, app.url);
  await connected(bob2);
  await bob.getByRole('button', { name: 'Leave' }).click();
  for (const page of [bob, bob2]) await page.getByLabel('What shall others call you?').waitFor();
  await ada.getByText('You are alone here.').waitFor();
});

check('it looks right everywhere', async t => {
  const app = await t.start('chat');
  await t.pictures(app.url, 'chat-welcome', page => page.getByLabel('What shall others call you?').waitFor(), { whole: false });
  const cyd = await come(t, app.url, 'cyd');
  for (const name of ['garden', 'a-room-with-a-long-name']) {
    await cyd.getByLabel('Name of a new room').fill(name);
    await cyd.getByRole('button', { name: 'Open' }).click();
    await cyd.getByRole('heading', { name: '# ' + name }).waitFor();
  }
  await cyd.goto(app.url + '/#lobby');
  await connected(cyd);
  await say(cyd, 'Good morning! Has anybody seen the red bicycle that stood at the door?');
  await say(cyd, 'It has a bell.');
  await t.pictures(app.url, 'chat', async page => {
    await enter(page, `ada ${page.view} ${page.scheme}`);
    await say(page, 'Yes:\nit is in the garden, and here is a_word_that_is_much_longer_than_any_line_of_a_telephone_could_ever_be.');
    await kept(page);
    await cyd.getByLabel('Message').pressSequentially('Th');
    await page.getByText('cyd is typing …').waitFor();
    await cyd.getByLabel('Message').fill('');
    await cyd.evaluate(() => { saidTyping = 0; });
  }, { whole: false });
  const room = await t.start('chat/room');
  await t.pictures(room.url, 'room', async page => {
    await page.getByText('Connected.').waitFor();
    await page.getByLabel('Say something').fill('hello');
    await page.keyboard.press('Enter');
    await page.getByText('hello', { exact: true }).waitFor();
  });
});

await run('chat');
