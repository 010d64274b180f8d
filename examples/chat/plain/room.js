// The page of the plain room.
"use strict";

const said = document.getElementById("said");
const form = document.getElementById("form");
const text = document.getElementById("text");
const state = document.getElementById("state");
const socket = new WebSocket(location.origin.replace(/^http/, "ws") + "/socket");

function connected(now)
{
    form.querySelector("button").disabled = !now;
    state.textContent = now ? "Connected." : "The connection is gone: load the page again.";
}

socket.addEventListener("open", () => connected(true));
socket.addEventListener("close", () => connected(false));
socket.addEventListener("message", event => {
    const li = document.createElement("li");

    li.textContent = event.data;
    said.append(li);
    li.scrollIntoView({ block: "nearest" });
});
form.addEventListener("submit", event => {
    event.preventDefault();
    socket.send(text.value);
    form.reset();
});
