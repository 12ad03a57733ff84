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
      if (!next) continue;
      const at = now.contains(document.activeElement) ? document.activeElement : null;
      become(now, next);
      if (!at || at === document.activeElement) continue;
      if (!at.isConnected) { // what was there is gone: its section is the nearest
        now.tabIndex = -1;
        now.focus({ preventScroll: true });
      } else at.focus({ preventScroll: true });
    }
  }

  // key tells what an element is about, so that it stays the same one when others come and go.
  const key = (e) => e.nodeType !== Node.ELEMENT_NODE ? e.nodeName :
    e.nodeName + " " + (e.classList[0] || "") + " " + (e.id || (e.matches("li, a, form") && (e.matches("a") ? e : e.querySelector("a[href]"))?.getAttribute("href")) || "");

  // become changes what is different, and nothing else: what has the focus, is selected, is being pressed, was
  // scrolled or unfolded stays as it is.
  function become(now, next) {
    if (now.isEqualNode(next)) return;
    if (now.nodeType !== Node.ELEMENT_NODE) {
      if (now.data !== next.data) now.data = next.data;
      return;
    }
    for (const { name } of [...now.attributes]) {
      if (!next.hasAttribute(name) && name !== "tabindex" && !(name === "open" && now.matches("details"))) now.removeAttribute(name);
    }
    for (const { name, value } of next.attributes) if (now.getAttribute(name) !== value) now.setAttribute(name, value);
    const old = [...now.childNodes];
    let place = now.firstChild;
    for (const child of [...next.childNodes]) {
      const i = old.findIndex((e) => key(e) === key(child));
      const same = i < 0 ? null : old.splice(i, 1)[0];
      if (!same) now.insertBefore(document.adoptNode(child), place);
      else if (become(same, child), same === place) place = place.nextSibling;
      else if (now.moveBefore) now.moveBefore(same, place);
      else now.insertBefore(same, place);
    }
    for (const e of old) e.remove();
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
