// hearth - a web framework for C programs
// SPDX-License-Identifier: MIT
//
// The harness itself: what is wrong with a page has to be noticed.
import assert from 'node:assert/strict';
import http from 'node:http';
import { check, run } from './harness.mjs';

// A page as given, and what the harness complains of.
async function complaints(t, body, headers = {}) {
  const server = http.createServer((q, a) => {
    if (q.url !== '/') return a.writeHead(404).end();
    a.writeHead(200, { 'Content-Type': 'text/html', ...headers }).end(body);
  });

  await new Promise(done => server.listen(0, '127.0.0.1', done));
  const page = await t.open('http://127.0.0.1:' + server.address().port + '/');
  await page.evaluate(() => new Promise(requestAnimationFrame));
  const found = t.complaints.splice(0);
  server.close();
  return { page, found };
}

const policy = { 'Content-Security-Policy': "default-src 'self'; frame-ancestors 'none'" };

check('a good page is not complained of', async t => {
  const { page, found } = await complaints(t, '<!doctype html><html lang="en"><title>a</title><main><h1>a</h1></main>', policy);
  assert.deepEqual(found, []);
  await t.picture(page, 'harness-good');
});

check('what scripts say and throw is noticed', async t => {
  const { found } = await complaints(t, '<script>console.error("sorry"); nothing()</script><img src="/none.png">');
  assert.match(found.join('\n'), /console: sorry/);
  assert.match(found.join('\n'), /script: .*nothing is not defined/);
  assert.match(found.join('\n'), /404/);
});

check('a broken policy is noticed, however it is broken', async t => {
  const { found } = await complaints(t, '<p style="color: red">a</p><script>1</script>', policy);
  assert.match(found.join('\n'), /policy: style-src/);
  assert.match(found.join('\n'), /policy: script-src/);
});

check('a policy that only reports is noticed as well', async t => {
  const { found } = await complaints(t, '<script>1</script>', { 'Content-Security-Policy-Report-Only': "script-src 'self'" });
  assert.match(found.join('\n'), /policy: script-src/);
});

check('what is allowed is no complaint', async t => {
  t.allow(/sorry/);
  const { found } = await complaints(t, '<script>console.error("sorry")</script>');
  assert.deepEqual(found, []);
});

for (const [what, body, flaw] of [
  ['too wide', '<main><h1>a</h1><p style="width: 2000px">b</p></main>', /wider than the window .*: p/],
  ['a control without a name', '<main><h1>a</h1><input></main>', /input has no name/],
  ['too little contrast', '<main><h1>a</h1><p style="color: #999">b</p></main>', /p: contrast 2.8/],
  ['no heading', '<main>a</main>', /no h1/],
])
  check('a page is looked at: ' + what, { view: 'phone' }, async t => {
    const { page } = await complaints(t, '<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">' +
      '<title>a</title>' + body);
    await assert.rejects(t.picture(page, 'harness-flaw'), flaw);
  });

check('a program that does not start is told with its log', async t => {
  await assert.rejects(t.start('notes', { HEARTH_DB: 'nonsense:' }), /notes did not start:\n.*nonsense/s);
});

check('a program that is restarted has its data, and the page its address', async t => {
  const app = await t.start('notes');
  const between = await t.proxy(app);
  const page = await t.open(between.url + '/books');
  const status = await page.evaluate(async () => (await fetch('/books', { method: 'POST',
    headers: { 'Content-Type': 'application/json' }, body: '{"title": "kept"}' })).status);
  assert.equal(status, 201);
  await app.stop();
  between.cut();
  await app.start();
  await page.reload();
  assert.match(await page.textContent('body'), /kept/);
});

await run('harness');
