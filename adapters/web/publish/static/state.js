// Keeps what is marked data-live as it would be if the page were loaded again. The server says when that may be
// something else; where it can't be listened to, the page looks now and then.
"use strict";
(() => {
  let events = null, poll = 0, looking = false, again = false;

  async function look() {
    if (looking) { again = true; return; }
    looking = true;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.ok) swap(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch { /* the server is away; the next word comes when it is back */ }
    looking = false;
    if (again) { again = false; look(); }
  }

  function swap(page) {
    for (const now of document.querySelectorAll("[data-live]")) {
      const next = page.getElementById(now.id);
      if (!next || next.isEqualNode(now)) continue;
      const at = now.contains(document.activeElement) ? document.activeElement : null;
      if (at && at.matches("input, select, textarea")) continue; // somebody is typing
      const open = new Set([...now.querySelectorAll("details[id][open]")].map(d => d.id));
      for (const d of next.querySelectorAll("details[id]")) if (open.has(d.id)) d.open = true;
      now.replaceWith(next);
      if (at) {
        const same = at.id ? document.getElementById(at.id) : [...next.querySelectorAll(at.tagName)].find(
          e => e.getAttribute("href") === at.getAttribute("href") && e.textContent === at.textContent);
        if (same) same.focus({ preventScroll: true });
      }
    }
  }

  function listen() {
    if (events || document.hidden) return;
    events = new EventSource("/-/dynasette/events");
    events.addEventListener("changed", look);
    events.addEventListener("error", () => {
      if (events && events.readyState === EventSource.CLOSED) { hush(); poll = setInterval(look, 10000); }
    });
  }

  function hush() {
    if (events) events.close();
    events = null;
    clearInterval(poll);
  }

  // Pages that nobody sees need no connection, of which a browser has few.
  document.addEventListener("visibilitychange", () => { hush(); listen(); });
  addEventListener("pagehide", hush);
  addEventListener("pageshow", listen);
  listen();
})();
