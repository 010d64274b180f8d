// hearth - a web framework for C programs
// SPDX-License-Identifier: MIT
//
// What can be seen of a page without eyes: runs in it, and lists what is wrong.

/* global document, getComputedStyle, innerWidth */
export function flaws() {
  const found = [];
  const shown = e => e.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const called = e => {
    const cls = typeof e.className === 'string' && e.className ? '.' + e.className.trim().split(/\s+/)[0] : '';
    return e.localName + (e.id ? '#' + e.id : cls);
  };
  const nameOf = e => [e.getAttribute('aria-label'),
    ...(e.getAttribute('aria-labelledby') || '').split(' ').map(i => i && document.getElementById(i)?.textContent),
    ...[...(e.labels || [])].map(l => l.textContent), e.title, e.alt,
    ['BUTTON', 'A', 'SUMMARY'].includes(e.tagName) ? e.textContent + [...e.querySelectorAll('img')].map(i => i.alt) : '',
    ['submit', 'button', 'reset'].includes(e.type) ? e.value : ''].some(t => t && t.trim());

  if (!document.documentElement.lang) found.push('the page does not say its language');
  if (!document.title.trim()) found.push('the page has no title');
  if (!document.querySelector('main')) found.push('the page has no main part');
  if (!document.querySelector('h1')) found.push('the page has no h1');

  // Wider than the window, so that the page scrolls sideways.
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) {
    const wide = [...document.body.querySelectorAll('*')].filter(e => shown(e) && e.getBoundingClientRect().right > width + 1);
    found.push(`wider than the window (${document.documentElement.scrollWidth} of ${width}): ` +
      wide.slice(0, 5).map(called).join(', '));
  }

  for (const e of document.querySelectorAll('button, a[href], input:not([type=hidden]), select, textarea, summary'))
    if (shown(e) && !nameOf(e)) found.push(called(e) + ' has no name');
  for (const e of document.querySelectorAll('img:not([alt]), svg[role=img]:not([aria-label]):not([aria-labelledby])'))
    found.push(called(e) + ' says nothing to who cannot see it');

  // Contrast (WCAG 2.2, 1.4.3) of texts that stand on plain colours.
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = color => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const ground = e => {
    const layers = [];
    for (let p = e; p; p = p.parentElement) {
      const style = getComputedStyle(p);
      if (style.backgroundImage !== 'none') return null;
      layers.push(rgba(style.backgroundColor));
      if (layers.at(-1)[3] === 1) break;
    }
    const paper = rgba(getComputedStyle(document.documentElement).colorScheme.includes('dark') &&
      matchMedia('(prefers-color-scheme: dark)').matches ? '#121212' : '#fff');
    return layers.reverse().reduce((below, top) => over(top, below), paper);
  };
  const light = c => {
    const [r, g, b] = c.map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const seen = new Set();
  for (const e of document.body.querySelectorAll('*')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || !shown(e) || e.closest('[disabled], svg')) continue;
    const box = e.getBoundingClientRect(), style = getComputedStyle(e), behind = ground(e);
    if (!behind || box.width < 2 || box.height < 2 || ['SCRIPT', 'STYLE', 'OPTION'].includes(e.tagName)) continue;
    const [a, b] = [light(over(rgba(style.color), behind)), light(behind)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    const what = `${called(e)}: contrast ${ratio.toFixed(1)} of ${style.color}`;
    if (ratio < (large ? 3 : 4.5) && !seen.has(what)) found.push(what);
    seen.add(what);
  }
  return found;
}
