#!/usr/bin/env python3
"""What only a browser can say of the page: that nothing is wider than the screen, that nothing is asked of a network,
and, where axe-core is at hand, that it finds no violation.

    page_check.py PAGE [WIDTH ...]

Needs Chromium (CHROMIUM, else `chromium` in the path). AXE is the path of an axe.min.js; without it that part is left
out and said to be. Exit status: 0 as it must be, 1 not, 77 no browser. Downloads nothing.
"""
import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

# Runs in a copy of the page, in a frame; the page itself has no script. Details are opened: their tables are the widest.
PROBE = """
document.querySelectorAll('details').forEach(d => d.open = true);
const told = {wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
              loaded: performance.getEntriesByType('resource').map(r => r.name), violations: null};
const tell = () => { const e = parent.document.createElement('pre'); e.id = 'told';
                     e.textContent = JSON.stringify(told); parent.document.body.append(e); };
if (window.axe) axe.run().then(found => {
  told.violations = found.violations.map(v => v.id + ': ' + v.nodes[0].html.slice(0, 200)); tell(); }); else tell();
"""


def told(browser, page, axe, width, dark):
    """The probe's answer in a frame of that width: the browser's own window has a least width."""
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "page.html")
        with open(copy, "w", encoding="utf-8") as file:
            probed = page.replace("</body>", f"<script>{axe}</script><script>{PROBE}</script></body>")
            file.write(f'<!DOCTYPE html><title>frame</title><iframe title="page" style="border:0;width:{width}px;'
                       f'height:900px" srcdoc="{html.escape(probed)}"></iframe>')
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                   f"--user-data-dir={folder}/profile", "--host-resolver-rules=MAP * ~NOTFOUND",
                   f"--window-size=2000,1000", "--virtual-time-budget=60000", "--dump-dom"]
        if dark:
            command.append("--blink-settings=preferredColorScheme=0")
        answer = subprocess.run(command + ["file://" + copy], capture_output=True, text=True, timeout=120, check=False)
    found = re.search(r'<pre id="told">(.*?)</pre>', answer.stdout, re.S)
    if not found:
        sys.exit(f"the browser did not answer: {answer.stderr[-500:]}")
    return json.loads(html.unescape(found.group(1)))


def main():
    browser = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    if not browser:
        print("skipped: there is no Chromium")
        sys.exit(77)
    with open(sys.argv[1], encoding="utf-8") as file:
        page = file.read()
    axe = ""
    if os.environ.get("AXE"):
        with open(os.environ["AXE"], encoding="utf-8") as file:
            axe = file.read()
    flaws = [] if len(page.encode()) < 300000 else [f"{len(page.encode())} bytes"]
    for width in [int(w) for w in sys.argv[2:]] or [320, 390, 1280, 1920]:
        for dark in (False, True):
            found = told(browser, page, axe, width, dark)
            where = f"{width} pixels, {'dark' if dark else 'light'}"
            if found["wide"] > 0:
                flaws.append(f"{where}: {found['wide']} pixels too wide")
            flaws += [f"{where}: loads {name}" for name in found["loaded"]]
            flaws += [f"{where}: {violation}" for violation in found["violations"] or []]
    print("\n".join(flaws) or "as it must be" + ("" if axe else "; axe-core was not asked (AXE)"))
    sys.exit(1 if flaws else 0)


if __name__ == "__main__":
    main()
