// hearth - a web framework for C programs
// SPDX-License-Identifier: MIT
//
// Tests of pages in a real browser.  A test file is
//
//     import { check, run } from './harness.mjs';
//
//     check('a note can be added', { view: 'phone' }, async t => {
//       const app = await t.start('notes');              examples/notes, a free port, a new database
//       const page = await t.open(app.url + '/docs');    a visitor of his own (see Playwright's Page)
//       ...
//       await t.picture(page, 'docs');                   build/browser/docs-phone-light.png
//     });
//     await run('notes');
//
// and runs by `make check-browser BROWSER=test/browser/test_notes.mjs`, or only the checks with certain
// words in their name: ONLY='can be added' before it.
//
// A check fails when something throws, when a page says anything through console.error or breaks its
// Content-Security-Policy, when a script throws, or when a program ends otherwise than with 0.  What a
// check expects of these it says before: t.allow(/WebSocket connection/).  Nothing sleeps: wait for what
// has to happen, through Playwright or settled().

import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { flaws } from './look.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const build = path.resolve(process.env.BUILD || path.join(root, 'build'));
const deps = path.resolve(process.env.DEPS_DIR || path.join(root, 'build/deps'));
const pictures = path.join(build, 'browser');
const { chromium } = createRequire(path.join(deps, 'playwright/'))('playwright-core');

const views = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } };
const patience_ms = 30000; // for one thing on a loaded machine; a check has four times as much

// ---- programs --------------------------------------------------------------

const running = new Set();

// Whatever becomes of this process, none of its programs stays behind.
process.on('exit', () => running.forEach(p => p.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

// An example, started in its own folder.  Started again it has the same data and another port.
class Program {
  constructor(name, env) {
    const [folder, program = folder] = name.split('/');
    const ours = name.startsWith('test/');

    this.name = name;
    this.program = path.join(build, ours ? name : 'examples/' + program);
    this.cwd = ours ? root : path.join(root, 'examples', folder);
    this.log = '';
    this.folder = mkdtempSync(path.join(tmpdir(), 'hearth-browser-'));
    this.env = { HEARTH_DB: 'sqlite:FOLDER/test.db', ...env };
    for (const k of Object.keys(this.env)) this.env[k] = this.env[k].replace('FOLDER', this.folder);
  }

  async start() {
    const child = spawn(this.program, [], {
      cwd: this.cwd,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, HEARTH_HOST: '127.0.0.1', HEARTH_PORT: '0', HEARTH_LISTEN: '', HEARTH_HOSTS: '',
        ...this.env },
    });

    this.child = child;
    running.add(child);
    this.ended = new Promise(done => child.once('close', (code, signal) => {
      running.delete(child);
      done(code === null ? signal : code);
    }));
    this.url = await new Promise((found, lost) => {
      child.once('error', lost);
      child.once('close', () => lost(new Error(this.name + ' did not start:\n' + this.log)));
      child.stderr.setEncoding('utf8').on('data', text => {
        this.log += text;
        const at = this.log.slice(this.begin || 0).match(/listening on (http:\/\/\S+)/);
        if (at) found(at[1]);
      });
    });
    this.port = Number(new URL(this.url).port);
    return this;
  }

  // Politely, and the program has to end well.
  async stop() {
    this.child.kill('SIGTERM');
    const code = await this.ended;
    this.begin = this.log.length;
    if (code !== 0) throw new Error(this.name + ' ended with ' + code + ':\n' + this.log);
  }

  // As a crash does.
  async kill() {
    this.child.kill('SIGKILL');
    await this.ended;
    this.begin = this.log.length;
  }
}

// What stands between a page and a program: the page keeps its address while the program starts anew,
// and the connections can be cut.  With idle_ms it cuts those of which the program is silent for so long by
// itself, as proxies do; `idle` counts them.  freeze() leaves the connections that there are open, and nothing
// passes on them any more.  `asked` and `answered` are what went through.
async function proxy(app, { idle_ms = 0 } = {}) {
  const open = new Set();
  const p = { app, down: false, idle: 0, asked: '', answered: '', cut: () => open.forEach(s => s.destroy()),
    freeze: () => open.forEach(s => s.unpipe().pause()) };
  const server = net.createServer(inner => {
    if (p.down) return inner.destroy();
    const outer = net.connect(p.app.port, '127.0.0.1');
    const both = [inner, outer];

    for (const [from, to] of [both, [outer, inner]]) {
      open.add(from);
      from.on('error', () => from.destroy()).on('close', () => { open.delete(from); to.destroy(); });
      from.pipe(to);
    }
    inner.on('data', bytes => { p.asked += bytes.toString('latin1'); });
    outer.on('data', bytes => { p.answered += bytes.toString('latin1'); if (silent) silent.refresh(); });
    const silent = idle_ms > 0 && setTimeout(() => { p.idle++; outer.destroy(); }, idle_ms);
    outer.on('close', () => clearTimeout(silent));
  });

  await new Promise(done => server.listen(0, '127.0.0.1', done));
  p.url = 'http://127.0.0.1:' + server.address().port;
  p.close = () => { server.close(); p.cut(); };
  return p;
}

// ---- pages -----------------------------------------------------------------

// Wait until the page is at rest: condition(arg) holds in it, if there is one, fonts are there,
// transitions have ended, and all of it has been painted.
export async function settled(page, condition, arg) {
  if (condition) await page.waitForFunction(condition, arg);
  await page.waitForFunction(() => document.readyState === 'complete' && document.fonts.status === 'loaded');
  await page.evaluate(async () => {
    const ending = a => a.effect && a.effect.getComputedTiming().endTime < Infinity;
    await Promise.allSettled(document.getAnimations().filter(ending).map(a => a.finished));
    for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
  });
}

// Wait for something that is not in a page.
export async function until(condition, what) {
  const end = Date.now() + patience_ms;

  while (!condition()) {
    if (Date.now() > end) throw new Error('it did not come: ' + what);
    await new Promise(setImmediate);
  }
}

// What a check is given.
class Check {
  constructor(browser, options) {
    this.browser = browser;
    this.view = options.view || 'desktop';
    this.scheme = options.scheme || 'light';
    this.script = options.script !== false;
    this.allowed = [];
    this.complaints = [];
    this.programs = [];
    this.proxies = [];
    this.contexts = [];
  }

  // Start examples/NAME, or with 'a/b' the program b of examples/a, or test/browser/NAME.  env adds to
  // its environment; FOLDER in it is an empty one, which goes with the program when the check ends.
  async start(name, env = {}) {
    const p = new Program(name, env);
    this.programs.push(p);
    return p.start();
  }

  // Change the database of a program, which is best stopped meanwhile.
  sql(app, text) {
    execFileSync('sqlite3', [path.join(app.folder, 'test.db')], { input: text });
  }

  async proxy(app, options) {
    const p = await proxy(app, options);
    this.proxies.push(p);
    return p;
  }

  allow(pattern) {
    this.allowed.push(pattern);
  }

  complain(text) {
    if (!this.allowed.some(a => a.test(text))) this.complaints.push(text);
  }

  // A page of a new visitor, with cookies of his own; t.tab() opens another one for the same.
  async open(url, { view = this.view, scheme = this.scheme, script = this.script } = {}) {
    const context = await this.browser.newContext({
      viewport: views[view], colorScheme: scheme, javaScriptEnabled: script, hasTouch: view === 'phone',
      isMobile: view === 'phone', deviceScaleFactor: view === 'phone' ? 2 : 1, reducedMotion: 'reduce',
      acceptDownloads: true, locale: 'en-GB', timezoneId: 'UTC',
    });

    this.contexts.push(context);
    context.setDefaultTimeout(patience_ms);
    context.on('console', m => {
      const at = m.location().url;
      // Chromium asks for it by itself, where a page names no icon.
      if (m.type() === 'error' && !at.endsWith('/favicon.ico')) this.complain(`console: ${m.text()} (${at})`);
    });
    context.on('weberror', e => this.complain('script: ' + (e.error().stack || e.error())));
    // Chromium writes violations on the console, too, but those of report-only policies as mere info.
    await context.exposeBinding('hearth_violation', (source, text) => this.complain('policy: ' + text));
    await context.addInitScript(() => document.addEventListener('securitypolicyviolation', e =>
      window.hearth_violation(e.violatedDirective + ' ' + (e.blockedURI || '') + ' ' + e.sourceFile)));
    return this.tab({ context: () => context }, url, { view, scheme });
  }

  async tab(page, url, { view = page.view, scheme = page.scheme } = {}) {
    const other = await page.context().newPage();

    Object.assign(other, { view, scheme });
    await other.goto(url);
    return other;
  }

  // Look at it: build/browser/NAME-VIEW-SCHEME.png, the whole length of the page.  On the way it is
  // found out whether the page can be used at all: nothing wider than the window, every control with a
  // name, every text with enough contrast (look.mjs).
  async picture(page, name, { whole = true } = {}) {
    await settled(page);
    await page.screenshot({ path: path.join(pictures, `${name}-${page.view}-${page.scheme}.png`), fullPage: whole });
    const found = await page.evaluate(flaws);
    if (found.length > 0) throw new Error(name + ', ' + page.view + ', ' + page.scheme + ':\n' + found.join('\n'));
  }

  // The page in both views and both schemes; before(page) brings each into the state to be looked at.
  async pictures(url, name, before = async () => {}, options = {}) {
    for (const view of Object.keys(views))
      for (const scheme of ['light', 'dark']) {
        const page = await this.open(url, { view, scheme });
        await before(page);
        await this.picture(page, name, options);
        await page.context().close();
      }
  }

  async failed(name) {
    const base = path.join(pictures, 'failed-' + name.replace(/\W+/g, '-'));
    const pages = this.contexts.flatMap(c => c.pages());

    for (const [i, page] of pages.entries())
      await page.screenshot({ path: `${base}-${i}.png`, timeout: 5000 }).catch(() => {});
    return (pages.length ? `\nsee ${base}-*.png` : '') +
      this.programs.map(p => `\nlog of ${p.name}:\n${p.log.split('\n').slice(-30).join('\n')}`).join('');
  }

  async end() {
    let problem;

    for (const c of this.contexts) await c.close().catch(() => {});
    this.proxies.forEach(p => p.close());
    for (const p of this.programs) {
      if (running.has(p.child)) await p.stop().catch(e => { problem = problem || e; });
      rmSync(p.folder, { recursive: true, force: true });
    }
    if (problem) throw problem;
  }
}

// ---- the checks ------------------------------------------------------------

const checks = [];

// Options: view ('desktop' or 'phone'), scheme ('light' or 'dark'), script (false: the visitor has none).
export function check(name, options, fn) {
  checks.push(typeof options === 'function' ? { name, options: {}, fn: options } : { name, options, fn });
}

async function one(browser, { name, options, fn }) {
  const t = new Check(browser, options);
  let timer;
  const late = new Promise((_, no) => {
    timer = setTimeout(() => no(new Error(`not done after ${4 * patience_ms / 1000} s`)), 4 * patience_ms);
  });
  let problem = '';

  try {
    await Promise.race([fn(t), late]);
    if (t.complaints.length) throw new Error('the page complained:\n' + t.complaints.join('\n'));
  } catch (e) {
    problem = (e.stack || String(e)) + await t.failed(name);
  }
  clearTimeout(timer);
  await t.end().catch(e => { problem = problem || e.stack; });
  return problem;
}

// Run what check() has been given; the last line is as Check's, which test/support/run.sh counts.
export async function run(suite) {
  const only = process.env.ONLY || '';
  const chosen = checks.filter(c => c.name.includes(only));
  let failed = 0;

  mkdirSync(pictures, { recursive: true });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    chromiumSandbox: process.getuid() !== 0, // root cannot have it
    args: ['--disable-dev-shm-usage', '--disable-gpu'],
  });
  for (const c of chosen) {
    const problem = await one(browser, c);
    if (problem) failed++;
    console.log((problem ? 'FAILED  ' : 'ok      ') + suite + ': ' + c.name);
    if (problem) console.log(problem.replace(/\x1b\[[\d;]*m/g, '').replace(/^/gm, '    '));
  }
  await browser.close();
  const good = chosen.length ? Math.floor(100 * (chosen.length - failed) / chosen.length) : 0;
  console.log(`${good}%: Checks: ${chosen.length}, Failures: ${failed}, Errors: 0`);
  process.exit(failed || !chosen.length ? 1 : 0);
}
