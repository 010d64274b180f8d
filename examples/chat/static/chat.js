// The page of the chat.  What people wrote goes through textContent, so nothing in it becomes markup.
"use strict";

const $ = id => document.getElementById(id);
const patience_ms = 10000; // until what was said must have been heard
const typing = new Map(); // who is, and the timer that forgets it
let me = null;            // my name
let room = null;          // where I am
let socket = null;
let tries = 0, again = 0; // to connect; the timer of the next one
let last = null;          // the number up to which everything was shown, null: nothing yet
let first = 0;            // the lowest number that is shown
let held = new Map();     // messages that came before one that they follow
let people = -1;          // the number of the list that is shown
let saidTyping = 0;       // when I told others
let outbox = [];          // said, and not yet heard to be kept: {nonce, text, li}

// ---- asking ---------------------------------------------------------------

async function ask(method, path, body)
{
    const answer = await fetch(path, {
        method, body: body && JSON.stringify(body), signal: AbortSignal.timeout(patience_ms),
        headers: { Accept: "application/json", ...(body && { "Content-Type": "application/json" }) },
    });
    const json = answer.status === 204 ? null : await answer.json();

    if (!answer.ok)
        throw Object.assign(new Error(json.errors?.[0]?.detail || json.detail || json.title), { status: answer.status });
    return json;
}

// ---- messages -------------------------------------------------------------

function drawing(m)
{
    const li = document.createElement("li");
    const who = document.createElement("strong");
    const time = document.createElement("time");
    const p = document.createElement("p");
    const at = new Date(m.at * 1000);

    who.textContent = m.author;
    p.textContent = m.text;
    li.append(who);
    if (m.at) {
        time.dateTime = at.toISOString();
        time.title = at.toLocaleString();
        time.textContent = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
        li.append(time);
    }
    li.append(p);
    li.classList.toggle("mine", m.author === me);
    return li;
}

// Who reads further up is left there.
function keepingEnd(change)
{
    const box = $("scroll");
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 80;

    change();
    if (atEnd)
        box.scrollTo({ top: box.scrollHeight, behavior: "instant" });
}

function show(m)
{
    const mine = outbox.find(o => o.nonce === m.nonce);

    if (mine) {
        mine.li.remove();
        outbox = outbox.filter(o => o !== mine);
    }
    first = first || m.seq;
    forgetTyping(m.author);
    // Behind it stands what is on its way.
    keepingEnd(() => $("messages").insertBefore(drawing(m), $("messages").querySelector(".sending, .refused")));
    $("earlier").hidden = first <= 1;
}

// In the order of their numbers, each once: those that came too early.
function release()
{
    for (const seq of held.keys())
        if (seq <= last)
            held.delete(seq);
    for (let m; (m = held.get(last + 1)); held.delete(last)) {
        last++;
        show(m);
    }
}

function said(m)
{
    held.set(m.seq, m);
    if (last === null)
        return;
    release();
    if (held.size > 0) // one is missing: it is on its way, but to ask is safe
        tell({ after: last });
}

// All that there is behind a number, or its beginning.
function messages({ after, last: newest, list })
{
    if (last === null)
        last = after;
    for (const m of list)
        if (m.seq > last) {
            last = m.seq;
            show(m);
        }
    if (list.length > 0 && list.at(-1).seq < newest)
        tell({ after: last });
    else
        last = Math.max(last, newest);
    release();
    $("messages").ariaBusy = null;
}

async function earlier()
{
    const box = $("scroll"), from = first, where = room;
    const list = await ask("GET", `/rooms/${room}/messages?before=${from}`);

    if (where !== room || from !== first)
        return;
    const height = box.scrollHeight;
    $("messages").setAttribute("aria-live", "off");
    for (const m of list) {
        $("messages").prepend(drawing(m));
        first = m.seq;
    }
    $("earlier").hidden = list.length === 0 || first <= 1;
    box.scrollTo({ top: box.scrollTop + box.scrollHeight - height, behavior: "instant" });
    $("messages").setAttribute("aria-live", "polite");
}

// ---- saying ---------------------------------------------------------------

function tell(what)
{
    if (socket?.readyState === WebSocket.OPEN)
        socket.send(JSON.stringify(what));
}

function newNonce()
{
    return Array.from(crypto.getRandomValues(new Uint8Array(12)), b => b.toString(16).padStart(2, "0")).join("");
}

// It stands there at once, and is said again after a break until it is heard.
function say(text)
{
    const o = { nonce: newNonce(), text, li: drawing({ author: me, text }) };
    const note = document.createElement("small");

    note.textContent = "sending …";
    o.li.classList.add("sending");
    o.li.querySelector("strong").after(note);
    outbox.push(o);
    $("messages").append(o.li);
    $("scroll").scrollTo({ top: $("scroll").scrollHeight, behavior: "instant" });
    tell({ say: text, nonce: o.nonce });
    setTimeout(() => expected(o), patience_ms);
}

// A network that is gone says nothing of it: who is not answered connects anew.
function expected(o)
{
    if (!outbox.includes(o))
        return;
    if (socket?.readyState === WebSocket.OPEN) {
        disconnect();
        reconnect();
    }
    setTimeout(() => expected(o), patience_ms);
}

function refused({ nonce, text })
{
    const o = outbox.find(e => e.nonce === nonce);
    const button = document.createElement("button");

    if (!o)
        return;
    outbox = outbox.filter(e => e !== o);
    o.li.className = "mine refused";
    o.li.querySelector("small").textContent = text;
    button.className = "plain again";
    button.textContent = "Try again";
    button.addEventListener("click", () => {
        o.li.remove();
        say(o.text);
        $("text").focus();
    });
    o.li.append(button);
}

// ---- who ------------------------------------------------------------------

function isHere({ number, names })
{
    const others = Object.keys(names).filter(n => n !== me);

    if (number < people)
        return;
    people = number;
    $("people").textContent = others.length === 0 ? "You are alone here." : "With you: " + others.join(", ");
    for (const name of typing.keys())
        if (!names[name])
            forgetTyping(name);
}

function drawTyping()
{
    const names = [...typing.keys()];

    $("typing").textContent = names.length === 0 ? "" : names.length > 3 ? "Several people are typing …"
        : names.join(", ") + (names.length === 1 ? " is" : " are") + " typing …";
}

function forgetTyping(name)
{
    clearTimeout(typing.get(name));
    typing.delete(name);
    drawTyping();
}

function isTyping({ name })
{
    if (name === me)
        return;
    clearTimeout(typing.get(name));
    typing.set(name, setTimeout(() => forgetTyping(name), 5000));
    drawTyping();
}

// ---- the connection -------------------------------------------------------

const takes = { said, messages, refused, people: isHere, typing: isTyping };

function state(text, off)
{
    $("state").textContent = text;
    $("state").classList.toggle("off", off === true);
}

function connect()
{
    const since = last === null ? "" : "?after=" + last;
    const s = socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/rooms/${room}/socket${since}`);

    clearTimeout(again);
    s.addEventListener("open", () => {
        tries = 0;
        people = -1;
        state("");
        for (const o of outbox)
            tell({ say: o.text, nonce: o.nonce });
    });
    s.addEventListener("message", event => {
        if (s === socket) {
            const m = JSON.parse(event.data);
            takes[m.type]?.(m);
        }
    });
    s.addEventListener("close", event => {
        if (s !== socket)
            return;
        socket = null;
        if (event.code === 4001)
            welcome();
        else
            reconnect();
    });
}

// Sooner at first, then about every ten seconds, and not everybody at the same moment.
function reconnect()
{
    const wait = Math.min(10000, 400 * 2 ** tries++);

    state("No connection: trying again …", true);
    clearTimeout(again);
    again = setTimeout(retry, wait / 2 + Math.random() * wait / 2);
}

// A refused handshake and a server that is away look the same to a page: ask first.
async function retry()
{
    const where = room;
    const stale = () => where !== room || socket;

    try {
        const names = await drawRooms();

        if (stale())
            return;
        if (names.includes(room))
            connect();
        else if (room === "lobby")
            reconnect();
        else
            location.hash = "lobby";
    } catch (e) {
        if (stale())
            return;
        if (e.status === 401)
            welcome();
        else
            reconnect();
    }
}

function hurry()
{
    if (me !== null && room !== null && !socket) {
        tries = 0;
        retry();
    }
}

function disconnect()
{
    const s = socket;

    socket = null;
    clearTimeout(again);
    s?.close();
}

// ---- places ---------------------------------------------------------------

function welcome()
{
    disconnect();
    me = room = null;
    $("chat").hidden = true;
    $("welcome").hidden = false;
    $("name").focus();
}

async function drawRooms()
{
    const list = await ask("GET", "/rooms");

    $("rooms").replaceChildren(...list.map(r => {
        const li = document.createElement("li");
        const a = document.createElement("a");

        a.href = "#" + r.name;
        a.textContent = "# " + r.name;
        if (r.name === room)
            a.setAttribute("aria-current", "page");
        li.append(a);
        return li;
    }));
    $("rooms").querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
    return list.map(r => r.name);
}

function go()
{
    const wanted = location.hash.slice(1) || "lobby";

    if (me === null || wanted === room)
        return;
    disconnect();
    room = wanted;
    last = null;
    first = 0;
    tries = 0;
    held = new Map();
    outbox = [];
    [...typing.keys()].forEach(forgetTyping);
    document.title = "#" + room + " · Chat";
    $("room").textContent = "# " + room;
    $("people").textContent = "";
    $("earlier").hidden = true;
    $("messages").replaceChildren();
    $("messages").ariaBusy = "true";
    state("Connecting …");
    $("text").focus();
    retry();
}

function arrive(name)
{
    me = name;
    $("welcome").hidden = true;
    $("chat").hidden = false;
    go();
}

// ---- what people do -------------------------------------------------------

function onForm(form, error, submit)
{
    $(form).addEventListener("submit", async event => {
        event.preventDefault();
        $(error).textContent = "";
        try {
            await submit();
        } catch (e) {
            $(error).textContent = e.message;
        }
    });
}

onForm("enter", "enter-said", async () => {
    const { name } = await ask("POST", "/people", { name: $("name").value.trim() });

    $("enter").reset();
    arrive(name);
});

onForm("new-room", "room-said", async () => {
    const { name } = await ask("POST", "/rooms", { name: $("room-name").value });

    $("new-room").reset();
    location.hash = name;
});

$("say").addEventListener("submit", event => {
    event.preventDefault();
    if ($("text").value.trim() === "")
        return;
    say($("text").value);
    $("say").reset();
    saidTyping = 0;
    $("text").focus();
});

$("text").addEventListener("keydown", event => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        $("say").requestSubmit();
    }
});

$("text").addEventListener("input", () => {
    if ($("text").value !== "" && Date.now() - saidTyping > 2000) {
        saidTyping = Date.now();
        tell({ typing: true });
    }
});

$("earlier").addEventListener("click", () => earlier().catch(() => state("The earlier messages did not come.", true)));
$("leave").addEventListener("click", () => ask("POST", "/leave").then(welcome, () => state("No connection.", true)));
addEventListener("hashchange", go);
addEventListener("online", hurry);
document.addEventListener("visibilitychange", () => document.hidden || hurry());

ask("GET", "/me").then(({ name }) => name === null ? welcome() : arrive(name))
    .catch(() => state("The server does not answer: load the page again.", true));
