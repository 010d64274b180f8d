# hearth - a web framework for C programs
# SPDX-License-Identifier: MIT
"""Renders the table of the bench with Jinja2.

    templates.py data                       its data as JSON
    templates.py page FOLDER DATA           the page
    templates.py time FOLDER DATA SECONDS   microseconds of CPU for one page
"""
import json
import sys
import time

ROWS = 1000


def data():
    rows = [
        {
            "id": i,
            "name": f"Item {i} <{'äöü'[i % 3]} & co>",
            "mail": f"Sales.{i}@Example.com",
            "price": i * 1.25,
            "stock": i % 7,
        }
        for i in range(1, ROWS + 1)
    ]
    return {"title": "All that there is & more", "rows": rows}


def template(folder):
    import jinja2

    env = jinja2.Environment(loader=jinja2.FileSystemLoader(folder), autoescape=True)
    return env.get_template("table.html")


def timed(page, values, seconds):
    page.render(values)
    count = 0
    start = now = time.process_time()
    while now - start < seconds:
        page.render(values)
        count += 1
        now = time.process_time()
    return (now - start) / count * 1e6


if sys.argv[1] == "data":
    json.dump(data(), sys.stdout)
else:
    with open(sys.argv[3], encoding="utf-8") as f:
        values = json.load(f)
    page = template(sys.argv[2])
    if sys.argv[1] == "page":
        sys.stdout.write(page.render(values))
    else:
        print(f"{timed(page, values, float(sys.argv[4])):.1f}")
