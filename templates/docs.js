// The API page: reads the OpenAPI description of this server and makes it readable and usable.
// Everything that is shown goes through textContent, so nothing in it can become markup.
'use strict';

const methods = ['get', 'post', 'put', 'patch', 'delete', 'head'];
let api;

function el(name, props, ...children) {
  const e = document.createElement(name);
  for (const [k, v] of Object.entries(props || {}))
    if (k === 'class') e.className = v; else if (k in e) e[k] = v; else e.setAttribute(k, v);
  e.append(...children.filter(c => c !== null && c !== undefined && c !== ''));
  return e;
}

function resolve(schema) {
  for (let i = 0; schema && schema.$ref && i < 8; i++)
    schema = schema.$ref.replace('#/', '').split('/').reduce((o, k) => o && o[k], api);
  return schema || {};
}

function typeName(s) {
  s = resolve(s);
  if (s.enum) return s.enum.filter(v => v !== null).join(' | ');
  if (s.type === 'array') return 'array of ' + typeName(s.items);
  const types = Array.isArray(s.type) ? s.type.join(' or ') : s.type || 'any';
  return types + (s.format && s.format !== 'int64' && s.format !== 'double' ? ' (' + s.format + ')' : '') +
    (s.contentEncoding ? ' (' + s.contentEncoding + ')' : '');
}

function rules(s) {
  s = resolve(s);
  const r = [];
  if (s.minLength) r.push(s.minLength === 1 ? 'not empty' : 'at least ' + s.minLength + ' characters');
  if (s.maxLength) r.push('at most ' + s.maxLength + ' characters');
  if (s.minimum !== undefined) r.push('from ' + s.minimum);
  if (s.maximum !== undefined) r.push('to ' + s.maximum);
  if (s.pattern) r.push('like ' + s.pattern);
  if (s.default !== undefined) r.push('default ' + JSON.stringify(s.default));
  if (s.readOnly) r.push('made by the server');
  if (s.writeOnly) r.push('never sent');
  return r.join(', ');
}

function example(s, depth) {
  s = resolve(s);
  if (s.default !== undefined) return s.default;
  if (s.enum) return s.enum[0];
  const type = Array.isArray(s.type) ? s.type[0] : s.type;
  if (type === 'object' && depth < 4) {
    const o = {};
    for (const [k, v] of Object.entries(s.properties || {}))
      if (!resolve(v).readOnly) o[k] = example(v, depth + 1);
    return o;
  }
  if (type === 'array') return depth < 4 ? [example(s.items, depth + 1)] : [];
  if (type === 'integer' || type === 'number') return s.minimum || 0;
  if (type === 'boolean') return false;
  if (type !== 'string') return null;
  return { 'date-time': '2026-01-31T12:00:00Z', date: '2026-01-31', email: 'me@example.org', uri: 'https://example.org/',
    uuid: '00000000-0000-4000-8000-000000000000' }[s.format] || '';
}

function table(head, rows) {
  return el('div', { class: 'scroll' }, el('table', {},
    el('thead', {}, el('tr', {}, ...head.map(h => el('th', { scope: 'col' }, h)))),
    el('tbody', {}, ...rows.map(r => el('tr', {}, ...r.map(c => el('td', {}, c)))))));
}

function fields(schema, input) {
  const s = resolve(schema), must = s.required || [];
  const rows = Object.entries(s.properties || {}).filter(([, v]) => input ? !resolve(v).readOnly : !resolve(v).writeOnly)
    .map(([k, v]) => [
      el('span', {}, k, must.includes(k) && input ? el('span', { class: 'must', title: 'required' }, ' *') : ''),
      typeName(v), [resolve(v).description, rules(v)].filter(Boolean).join('; ')]);
  return rows.length ? table(['Name', 'Type', 'What it is'], rows) : el('p', {}, typeName(schema));
}

// "due.lt" beside "due": one of many ways to compare, shown with it.
function isMore(p) {
  return p.in === 'query' && p.name.includes('.');
}

function parameters(all) {
  const rows = all.filter(p => !isMore(p)).map(p => {
    const ways = all.filter(o => isMore(o) && o.name.startsWith(p.name + '.')).map(o => o.name.slice(p.name.length));
    return [el('span', {}, p.name, p.required ? el('span', { class: 'must', title: 'required' }, ' *') : ''), typeName(p.schema),
      [p.in, p.description, rules(p.schema), p.in === 'query' && ways.length ? 'also ' + ways.join(' ') : ''].filter(Boolean).join('; ')];
  });
  return table(['Name', 'Type', 'What it is'], rows);
}

function inputFor(p, id) {
  const s = resolve(p.schema);
  const input = s.enum ? el('select', {}, el('option', { value: '' }), ...s.enum.filter(v => v !== null).map(v => el('option', {}, v)))
    : el('input', { type: 'text', autocomplete: 'off', placeholder: typeName(s) });
  input.id = id;
  input.dataset.name = p.name;
  input.dataset.in = p.in;
  return el('div', { class: 'field' }, el('label', { htmlFor: id }, p.name + (p.required ? ' *' : '')), input);
}

async function send(form, path, method, out) {
  const query = new URLSearchParams();
  let missing = false;
  for (const i of form.querySelectorAll('[data-name]')) {
    if (i.dataset.in === 'path') {
      if (i.value === '') missing = true;
      path = path.replace('{' + i.dataset.name + '}', encodeURIComponent(i.value));
    } else if (i.dataset.in === 'query' && i.value !== '') query.append(i.dataset.name, i.value);
  }
  out.replaceChildren();
  if (missing) { out.append(el('p', { class: 'status bad' }, 'Fill in the parameters of the path first.')); return; }
  const body = form.querySelector('textarea'), headers = body ? { 'Content-Type': 'application/json' } : {};
  for (const i of form.querySelectorAll('[data-in="header"]')) if (i.value !== '') headers[i.dataset.name] = i.value;
  const began = performance.now();
  try {
    const r = await fetch(path + (query.size ? '?' + query : ''), { method: method.toUpperCase(), headers, body: body ? body.value : undefined });
    let text = await r.text();
    if (/json/.test(r.headers.get('Content-Type') || '')) try { text = JSON.stringify(JSON.parse(text), null, 2); } catch { /* as it is */ }
    out.append(el('p', { class: 'status' + (r.ok ? '' : ' bad') },
      r.status + ' ' + r.statusText + ', ' + Math.round(performance.now() - began) + ' ms'));
    const head = [...r.headers].map(([k, v]) => k + ': ' + v).join('\n');
    out.append(el('details', {}, el('summary', {}, 'Header fields'), el('pre', {}, head)));
    if (text) out.append(el('pre', { tabIndex: 0 }, text));
  } catch (e) {
    out.append(el('p', { class: 'status bad' }, 'No answer: ' + e.message));
  }
}

function tryIt(op, path, method, id) {
  const out = el('div', { 'aria-live': 'polite' });
  const button = el('button', { type: 'submit' }, 'Send');
  const inputs = (op.parameters || []).map((p, i) => [p, inputFor(p, id + '-' + i)]);
  const form = el('form', {}, ...inputs.filter(([p]) => !isMore(p)).map(([, input]) => input));
  const more = inputs.filter(([p]) => isMore(p)).map(([, input]) => input);
  if (more.length) form.append(el('details', {}, el('summary', {}, 'More ways to filter'), ...more));
  const json = op.requestBody && op.requestBody.content['application/json'];
  if (json)
    form.append(el('div', { class: 'field' }, el('label', { htmlFor: id + '-body' }, 'Body (JSON)'),
      el('textarea', { id: id + '-body', spellcheck: false, value: JSON.stringify(example(json.schema, 0), null, 2) })));
  form.append(button, out);
  form.addEventListener('submit', async e => {
    e.preventDefault();
    button.disabled = true;
    await send(form, path, method, out);
    button.disabled = false;
  });
  return form;
}

function operation(path, method, op) {
  const id = op.operationId || method + path;
  const inside = el('div', {});
  const d = el('details', { class: 'op', id }, el('summary', {}, el('span', { class: 'verb ' + method }, method.toUpperCase()),
    el('span', { class: 'path' }, path), el('span', { class: 'about' }, op.summary || '')), inside);
  d.dataset.text = (method + ' ' + path + ' ' + (op.summary || '')).toLowerCase();
  d.addEventListener('toggle', () => {
    if (!d.open || inside.firstChild) return;
    if (op.parameters)
      inside.append(el('h3', {}, 'Parameters'), parameters(op.parameters));
    const json = op.requestBody && op.requestBody.content['application/json'];
    if (json) inside.append(el('h3', {}, 'Body'), fields(json.schema, true));
    for (const [status, r] of Object.entries(op.responses).sort(([a], [b]) => (b[0] === '2') - (a[0] === '2'))) {
      const content = r.content && Object.values(r.content)[0];
      inside.append(el('h3', {}, ({ '2XX': 'Success', default: 'Else' }[status] || status) + ': ' + r.description));
      if (r.headers) inside.append(table(['Header field', 'Type', 'What it is'],
        Object.entries(r.headers).map(([k, h]) => [k, typeName(h.schema), h.description || ''])));
      if (content && status[0] === '2') {
        const s = resolve(content.schema);
        if (s.type === 'array') inside.append(el('p', {}, 'An array of'));
        inside.append(fields(s.type === 'array' ? s.items : s, false));
      }
    }
    inside.append(el('h3', {}, 'Try it'), tryIt(op, path, method, id));
  });
  return d;
}

function show() {
  const main = document.getElementById('main'), groups = new Map();
  document.getElementById('version').textContent = api.info.version;
  document.getElementById('about').textContent = api.info.description || '';
  for (const [path, item] of Object.entries(api.paths))
    for (const m of methods)
      if (item[m]) {
        const tag = (item[m].tags || ['/'])[0];
        if (!groups.has(tag)) groups.set(tag, el('section', {}, el('h2', {}, tag)));
        groups.get(tag).append(operation(path, m, item[m]));
      }
  main.replaceChildren(...groups.values());
  if (groups.size === 0) main.append(el('p', {}, 'No route is described yet.'));
  const wanted = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (wanted) { wanted.open = true; wanted.scrollIntoView(); }
  document.getElementById('find').addEventListener('input', e => {
    const words = e.target.value.toLowerCase().split(/\s+/);
    for (const d of main.querySelectorAll('details.op')) d.hidden = !words.every(w => d.dataset.text.includes(w));
    for (const s of main.querySelectorAll('section')) s.hidden = !s.querySelector('details.op:not([hidden])');
  });
}

fetch(document.body.dataset.json).then(r => r.ok ? r.json() : Promise.reject(new Error(r.status + ' ' + r.statusText)))
  .then(j => { api = j; show(); })
  .catch(e => document.getElementById('main').replaceChildren(el('p', { class: 'bad' }, 'The description cannot be read: ' + e.message)));
