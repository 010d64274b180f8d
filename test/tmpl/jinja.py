# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
"""The cases of the template engine, and what Jinja2 makes of them.

    jinja.py unpack CASES WORK            each template of each case as files in a folder of its case
    jinja.py compare CASES WORK ENDING    what Jinja2 makes of them against NAME.ENDING beside them

A file of cases is read like this:

    === a name, unique in all files
    --- data                  JSON; left out: {}
    --- options               words: strict trim_blocks lstrip_blocks; left out: none
    --- main                  the template that is rendered
    --- NAME.html             others that it may load
    --- lines                 instead of main: each line is a template of its own
    --- error                 (empty) Jinja2 has to refuse main, and so have we
    --- refused               as lines; Jinja2 has to refuse each, and so have we

What stands before the first case is a comment.  The file `differences` beside the folder of cases
names those where ours gives something else on purpose: what, and why.
"""
import json
import os
import re
import sys

KNOWN = {"data", "options", "main", "lines", "error", "refused", "ours", "because", "line"}
OPTIONS = {"strict", "trim_blocks", "lstrip_blocks"}


def fail(text):
    sys.exit("jinja.py: " + text)


def sections(path):
    """The cases of a file as (name, {section: text})."""
    cases = []
    section = None
    with open(path, encoding="utf-8", newline="") as f:
        for line in f.read().split("\n"):
            if line.startswith("=== "):
                cases.append((line[4:].strip(), {}))
                section = None
            elif line.startswith("--- ") and cases:
                section = line[4:].strip()
                if section in cases[-1][1]:
                    fail(f"{path}: {cases[-1][0]}: two sections {section}")
                if section not in KNOWN and not section.endswith((".html", ".txt")):
                    fail(f"{path}: {cases[-1][0]}: unknown section {section}")
                cases[-1][1][section] = []
            elif section is not None:
                cases[-1][1][section].append(line)
            elif cases and line:
                fail(f"{path}: {cases[-1][0]}: text outside of a section: {line}")
    return [(n, {k: "\n".join(v).rstrip("\n") for k, v in s.items()}) for n, s in cases]


class Case:
    def __init__(self, number, name, parts):
        self.name = name
        self.folder = f"case{number:03d}"
        self.data = parts.get("data", "{}")
        self.why = {}  # Jinja2 refuses it
        self.options = parts.get("options", "").split()
        self.templates = {k: v for k, v in parts.items() if k not in KNOWN}
        self.mains = {}  # name: has to be refused
        if "main" in parts:
            self.templates["main.html"] = parts["main"]
            self.mains["main.html"] = "error" in parts
        for kind in ("lines", "refused"):
            for i, line in enumerate(parts.get(kind, "").split("\n")):
                if line:
                    self.templates[f"{kind}{i + 1:02d}.html"] = line
                    self.mains[f"{kind}{i + 1:02d}.html"] = kind == "refused"
        if not self.mains:
            fail(f"{name}: neither main nor lines nor refused")

    def line(self, main):
        return None if main == "main.html" else self.templates[main]
        if set(self.options) - OPTIONS:
            fail(f"{name}: unknown option in: {' '.join(self.options)}")
        try:
            json.loads(self.data)
        except ValueError as e:
            fail(f"{name}: its data: {e}")


def load(folder):
    cases = []
    for file in sorted(os.listdir(folder)):
        for name, parts in sections(os.path.join(folder, file)):
            cases.append(Case(len(cases) + 1, name, parts))
    names = [c.name for c in cases]
    for name in names:
        if names.count(name) > 1:
            fail(f"two cases are called: {name}")
    return cases


def put(path, text):
    with open(path, "w", encoding="utf-8", newline="") as f:
        f.write(text)


def unpack(cases, work):
    for c in cases:
        folder = os.path.join(work, c.folder)
        os.makedirs(os.path.join(folder, "templates"))
        put(os.path.join(folder, "data.json"), c.data)
        put(os.path.join(folder, "options"), "".join(o + "\n" for o in c.options))
        for name, text in c.templates.items():
            put(os.path.join(folder, "templates", name), text)
        put(os.path.join(folder, "mains"), "".join(m + "\n" for m in c.mains))


def jinja(case):
    """What Jinja2 makes of each main of a case: text, or None where it refuses."""
    import jinja2

    env = jinja2.Environment(
        loader=jinja2.DictLoader(case.templates),
        autoescape=True,
        undefined=jinja2.StrictUndefined if "strict" in case.options else jinja2.Undefined,
        trim_blocks="trim_blocks" in case.options,
        lstrip_blocks="lstrip_blocks" in case.options,
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"],
    )
    env.filters["unsafe_html"] = env.filters["safe"]  # ours is called so that it is searched for
    results = {}
    for main in case.mains:
        try:
            results[main] = env.get_template(main).render(json.loads(case.data))
        except Exception as e:  # whatever a filter raises
            results[main] = None
            case.why[main] = f"{type(e).__name__}: {e}"
    return results


def differences(path):
    """{(case, line or None): [ours, seen]}"""
    known = {}
    for name, parts in sections(path):
        if "because" not in parts or "ours" not in parts:
            fail(f"{path}: {name}: needs the sections ours and because")
        if not parts["because"].strip():
            fail(f"{path}: {name}: give a reason")
        known[(name, parts.get("line"))] = [parts["ours"], False]
    return known


def tidy(text):
    """Markupsafe writes a quote as &#34;, we as &quot;: the same to every reader."""
    return None if text is None else text.replace("&quot;", "&#34;").replace("&#x27;", "&#39;")


def outcome(folder, main, ending):
    """Ours: the text, None when refused; and what was said."""
    path = os.path.join(folder, main + "." + ending)
    try:
        with open(path, encoding="utf-8", newline="") as f:
            return f.read(), ""
    except FileNotFoundError:
        with open(path + ".error", encoding="utf-8") as f:
            return None, f.read().strip()


def show(text, said):
    if text is None:
        return "      refused: " + said
    return "\n".join("      | " + t for t in text.split("\n"))


def compare(cases, work, ending, listed):
    same = wrong = 0
    for c in cases:
        for main, theirs in jinja(c).items():
            if c.mains[main] != (theirs is None):
                fail(f"{c.name}: {c.templates[main]}\n  Jinja2: {c.why[main] if theirs is None else theirs}")
            ours, said = outcome(os.path.join(work, c.folder), main, ending)
            key = (c.name, c.line(main))
            want, by = theirs, "Jinja2"
            if key in listed:
                listed[key][1] = True
                want, by = listed[key][0], "listed"
                if want == "refused":
                    want = None
                if tidy(want) == tidy(theirs):
                    print(f"{c.name}: {key[1] or ''}\n   is listed as a difference, but is none")
                    wrong += 1
                    continue
            if tidy(ours) == tidy(want):
                same += 1
                continue
            wrong += 1
            print(f"{c.name}: {c.line(main) or ''}")
            print(f"   {by}:\n{show(want, c.why.get(main, ''))}\n   ours:\n{show(ours, said)}")
    for (name, line), (_, seen) in listed.items():
        if not seen:
            print(f"differences: {name}: {line or ''}: there is no such case")
            wrong += 1
    print(f"{same} of {same + wrong} templates as Jinja2 renders them, or as listed ({len(listed)})")
    return wrong == 0


def main(args):
    if len(args) == 3 and args[0] == "unpack":
        unpack(load(args[1]), args[2])
    elif len(args) == 4 and args[0] == "compare":
        listed = differences(os.path.join(os.path.dirname(args[1].rstrip("/")), "differences"))
        if not compare(load(args[1]), args[2], args[3], listed):
            sys.exit(1)
    elif len(args) == 2 and args[0] == "show":
        for c in load(args[1]):
            for m, text in jinja(c).items():
                print(f"{c.name}: {c.line(m) or ''}")
                print(show(text, c.why.get(m)))
                if c.mains[m] != (text is None):
                    print("      UNEXPECTED")
    else:
        sys.exit(__doc__)


main(sys.argv[1:])
