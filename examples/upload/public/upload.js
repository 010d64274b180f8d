// The progress bar.  Without this script the form is sent as any other.
"use strict";

const form = document.getElementById("form");
const file = document.getElementById("file");
const bar = document.getElementById("bar");
const said = document.getElementById("said");
const chosen = document.getElementById("chosen");
const hint = "or drop them here, " + chosen.textContent;

document.documentElement.classList.add("js");
chosen.textContent = hint;

function say(text, bad)
{
    said.textContent = text;
    said.classList.toggle("bad", bad === true);
}

function busy(now)
{
    bar.hidden = !now;
    form.querySelector("button").disabled = now;
}

function names()
{
    const n = file.files.length;

    chosen.textContent = n === 0 ? hint : n === 1 ? file.files[0].name : n + " files";
}

// The server answers with the page: take the list from it.
function done(request)
{
    busy(false);
    if (request.status !== 200) {
        let why = "The server answered " + request.status + ".";

        try { why = JSON.parse(request.responseText).detail || why; } catch (e) { /* no JSON */ }
        say(why, true);
        return;
    }
    const page = new DOMParser().parseFromString(request.responseText, "text/html");

    document.getElementById("list").replaceWith(document.adoptNode(page.getElementById("list")));
    form.reset();
    names();
    say("Uploaded.");
}

function failed()
{
    busy(false);
    say("The connection was lost.", true);
}

form.addEventListener("submit", event => {
    const request = new XMLHttpRequest();

    event.preventDefault();
    request.upload.addEventListener("progress", e => {
        if (e.lengthComputable) {
            bar.value = e.loaded / e.total;
            say(Math.floor(100 * bar.value) + " %");
        }
    });
    request.addEventListener("load", () => done(request));
    request.addEventListener("error", failed);
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/problem+json, text/html;q=0.5");
    bar.value = 0;
    busy(true);
    say("");
    request.send(new FormData(form));
});
file.addEventListener("change", names);

for (const type of ["dragover", "dragleave", "drop"])
    form.addEventListener(type, event => {
        event.preventDefault();
        form.classList.toggle("over", type === "dragover");
        if (type === "drop") {
            file.files = event.dataTransfer.files;
            names();
        }
    });
