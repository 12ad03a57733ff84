// Shows what becomes of a file as soon as something else is chosen for it. Without this, a button does it.
"use strict";
(() => {
  const said = document.getElementById("said");
  let asked = null, soon = 0;

  // look sends the form as it is, and puts what comes back in its place.
  async function look() {
    stop();
    const mine = asked = new AbortController();
    const form = document.getElementById("preview");
    form.setAttribute("aria-busy", "true");
    said.textContent = "Looking at it again";
    let page = null;
    try {
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "text/html" }, signal: mine.signal });
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch { /* another look, or the server is away */ }
    if (mine !== asked) return;
    asked = null;
    const next = page && page.getElementById("preview");
    if (!next) {
      form.removeAttribute("aria-busy");
      said.textContent = page ? (page.querySelector("main") || page.body).textContent.trim() : "The server could not be asked. Press Preview to try again.";
      return;
    }
    swap(form, next);
    document.title = page.title; // it may have another name
    document.querySelector("header.top").replaceWith(page.querySelector("header.top"));
    const wrong = document.querySelector("#preview [role=alert]");
    said.textContent = wrong ? "" : "The preview is up to date";
  }

  // swap keeps what somebody is typing, where they are, and what they have unfolded.
  function swap(now, next) {
    const at = now.contains(document.activeElement) ? document.activeElement : null;
    for (const d of now.querySelectorAll("details[id][open]")) {
      const same = next.querySelector("#" + CSS.escape(d.id));
      if (same) same.open = true;
    }
    now.replaceWith(next);
    const same = at && at.id && document.getElementById(at.id);
    if (!same) return;
    if (at.matches("textarea, input:not([type=checkbox])")) {
      same.value = at.value;
      same.focus({ preventScroll: true });
      same.setSelectionRange(at.selectionStart, at.selectionEnd);
    } else {
      same.focus({ preventScroll: true });
    }
  }

  // stop has no look come that was asked for.
  function stop() {
    clearTimeout(soon);
    if (asked) asked.abort();
    asked = null;
  }

  // A list changes with every letter that is typed to find an entry, so what is meant is known a moment later.
  document.addEventListener("change", (e) => {
    if (!e.target.closest("#preview")) return;
    stop();
    soon = setTimeout(look, 300);
  });
  document.addEventListener("submit", (e) => {
    if (e.target.id !== "preview") return;
    if (e.submitter && e.submitter.hasAttribute("formaction")) {
      stop();
      return;
    }
    e.preventDefault();
    look();
  });
})();
