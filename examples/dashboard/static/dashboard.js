// The charts.  Samples come as events; after a break EventSource tells the server the last one that it had
// and is sent what it missed.
"use strict";

const kept_ms = 5 * 60 * 1000;
const figures = [
    { key: "requests", name: "Requests", unit: "a second", digits: 0, least: 10 },
    { key: "cpu", name: "Processor", unit: "% of a core", digits: 1, least: 10 },
    { key: "rss", name: "Memory", unit: "MiB resident", digits: 1, least: 10 },
    { key: "connections", name: "Connections", unit: "open", digits: 0, least: 4 },
];
const state = document.getElementById("state");
let samples = [];  // by number, without doubles
let cursor = null; // the number of the sample that is read, or null: the newest

// ---- drawing --------------------------------------------------------------

for (const f of figures) {
    const card = document.getElementById("chart").content.cloneNode(true);

    f.value = card.querySelector("output");
    f.when = card.querySelector("small");
    f.svg = card.querySelector("svg");
    f.line = card.querySelector(".line");
    f.area = card.querySelector(".area");
    f.cursor = card.querySelector(".cursor");
    [f.from, f.top] = card.querySelectorAll(".axis span");
    card.querySelector("h2").textContent = f.name;
    card.querySelector(".unit").textContent = f.unit;
    f.svg.addEventListener("pointermove", e => {
        const box = f.svg.getBoundingClientRect();

        read(nearest((e.clientX - box.left) / box.width * 300));
    });
    f.svg.addEventListener("pointerleave", () => read(null));
    f.svg.addEventListener("blur", () => read(null));
    f.svg.addEventListener("keydown", onKey);
    document.getElementById("charts").append(card);
}

function span()
{
    const end = samples.at(-1).at;

    return { end, ms: Math.max(end - samples[0].at, 10000) };
}

function x(sample)
{
    const { end, ms } = span();

    return 300 - (end - sample.at) / ms * 300;
}

// The top of the axis: 1, 2 or 5 and noughts.
function nice(most)
{
    const ten = 10 ** Math.floor(Math.log10(most));

    return [1, 2, 5, 10].map(k => k * ten).find(k => k >= most);
}

function ago(ms)
{
    const s = Math.round(ms / 1000);

    return s < 120 ? s + " s ago" : Math.round(s / 60) + " min ago";
}

function draw()
{
    if (samples.length === 0)
        return;
    const at = samples.find(s => s.n === cursor) || samples.at(-1);

    for (const f of figures) {
        const top = nice(Math.max(f.least, ...samples.map(s => s[f.key])));
        const points = samples.map(s => `${x(s).toFixed(1)} ${(98 - s[f.key] / top * 96).toFixed(1)}`);
        const value = at[f.key].toFixed(f.digits);

        f.line.setAttribute("d", "M" + points.join("L"));
        f.area.setAttribute("d", `M${x(samples[0]).toFixed(1)} 98L${points.join("L")}L300 98Z`);
        f.value.textContent = value;
        f.when.textContent = cursor === null ? "" : new Date(at.at).toLocaleTimeString();
        f.from.textContent = ago(span().ms);
        f.top.textContent = "up to " + top;
        f.cursor.toggleAttribute("hidden", cursor === null);
        f.cursor.setAttribute("x1", x(at));
        f.cursor.setAttribute("x2", x(at));
        f.svg.setAttribute("aria-label", `${f.name}: ${value} ${f.unit}`);
    }
}

// ---- reading a moment -----------------------------------------------------

function nearest(where)
{
    let best = null;

    for (const s of samples)
        if (best === null || Math.abs(x(s) - where) < Math.abs(x(best) - where))
            best = s;
    return best?.n ?? null;
}

function read(n)
{
    cursor = n;
    draw();
}

function onKey(event)
{
    const i = cursor === null ? samples.length - 1 : samples.findIndex(s => s.n === cursor);
    const to = { ArrowLeft: i - 1, ArrowRight: i + 1, Home: 0, End: samples.length - 1 }[event.key];

    if (event.key === "Escape")
        read(null);
    else if (to === undefined || samples.length === 0)
        return;
    else
        read(samples[Math.max(0, Math.min(samples.length - 1, to))].n);
    event.preventDefault();
}

// ---- samples --------------------------------------------------------------

function add(list)
{
    const by = new Map([...samples, ...list].map(s => [s.n, s]));
    const all = [...by.values()].sort((a, b) => a.n - b.n);

    samples = all.filter(s => s.at >= all.at(-1).at - kept_ms);
    draw();
}

// What was before this page: once the events come, so that nothing falls between the two.
async function begin()
{
    samples = [];
    const answer = await fetch("/history");

    if (answer.ok)
        add(await answer.json());
}

function say(text, off)
{
    state.textContent = text;
    state.classList.toggle("off", off === true);
}

const source = new EventSource("/events");
let begun = false;

source.addEventListener("open", () => {
    say("Live");
    if (!begun)
        begin().catch(() => { begun = false; });
    begun = true;
});
source.addEventListener("error", () =>
    say(source.readyState === EventSource.CLOSED ? "The server has ended: load the page again." : "No connection: trying again …", true));
source.addEventListener("sample", e => add([JSON.parse(e.data)]));
source.addEventListener("reset", () => begin().catch(() => {})); // what was missed is not kept any more

// ---- something to see -----------------------------------------------------

const load = document.getElementById("load");

load.addEventListener("click", async () => {
    let left = 500;
    const ask = async () => {
        while (left-- > 0)
            await (await fetch("/ping")).text();
    };

    load.disabled = true;
    await Promise.allSettled(Array.from({ length: 4 }, ask));
    load.disabled = false;
});
