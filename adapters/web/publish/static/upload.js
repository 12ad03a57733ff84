// Sends the files that are dropped or chosen, in pieces (tus 1.0), so that one that was cut goes on
// where it ended, after a reload too. Without this, the form does it.
"use strict";
(() => {
  const form = document.getElementById("drop");
  if (!form || !window.FileReader) return;
  const input = document.getElementById("files");
  const list = document.getElementById("uploads");
  const said = document.getElementById("said");
  const base = form.getAttribute("action");
  const home = base.replace(/files\/$/, "");
  const piece = 16 * 1024 * 1024; // proxies have limits, of 32 MiB and more
  const atOnce = 3;
  const waits = [0, 1, 2, 5, 10, 20, 30]; // seconds before another try
  const queue = [];
  let running = 0;
  let results = [];

  const units = ["bytes", "KB", "MB", "GB", "TB"];
  const size = (n) => {
    let i = 0;
    for (; n >= 1024 && i < units.length - 1; i++) n /= 1024;
    return (i > 0 && n < 10 ? n.toFixed(1) : Math.round(n).toLocaleString("en")) + " " + units[i];
  };
  // of says how much of a whole: the unit is said once if it is the same.
  const of = (n, all) => {
    const [part, whole] = [size(n), size(all)];
    const unit = whole.slice(whole.indexOf(" "));
    return (part.endsWith(unit) ? part.slice(0, -unit.length) : part) + " of " + whole;
  };
  const say = (text) => { said.textContent = text; };
  const base64 = (text) => {
    let bytes = "";
    for (const b of new TextEncoder().encode(text)) bytes += String.fromCharCode(b);
    return btoa(bytes);
  };

  // What has been begun is remembered by what a file looks like; a browser may refuse to.
  const key = (file) => "dynasette upload " + [file.name, file.size, file.lastModified].join(" ");
  const remembered = (file) => { try { return localStorage.getItem(key(file)); } catch { return null; } };
  const remember = (file, url) => { try { localStorage.setItem(key(file), url); } catch { /* it is sent as a whole again */ } };
  const forget = (file) => { try { localStorage.removeItem(key(file)); } catch { /* nor was it remembered */ } };

  class Refused extends Error {}

  // send makes a request, and tells of its progress; u.request is what pause and cancel end.
  const send = (u, method, url, headers, body, progress) => new Promise((resolve, reject) => {
    const r = new XMLHttpRequest();
    u.request = r;
    r.open(method, url);
    for (const [name, value] of Object.entries({ "Tus-Resumable": "1.0.0", ...headers })) r.setRequestHeader(name, value);
    if (progress) r.upload.onprogress = (e) => progress(e.loaded);
    r.onload = () => resolve(r);
    r.onerror = () => reject(new Error("the connection was lost"));
    r.onabort = () => reject(new Error("stopped"));
    r.send(body || null);
  });
  const why = (r) => (r.getResponseHeader("Content-Type") || "").startsWith("text/plain") && r.responseText.trim() || "the server answered " + r.status;
  // check throws a Refused where another try would end the same.
  const check = (r, ...wanted) => {
    if (wanted.includes(r.status)) return;
    if (r.status === 429 || r.status === 423 || r.status === 409 || r.status === 500 || r.status === 502 || r.status === 503 || r.status === 504) throw new Error(why(r));
    throw new Refused(why(r));
  };
  const offset = (r) => Number(r.getResponseHeader("Upload-Offset"));

  // begin returns where a file is sent, and how much of it has come.
  const begin = async (u) => {
    if (u.url) {
      const r = await send(u, "HEAD", u.url);
      if (r.status === 200) return offset(r);
      if (r.status !== 404 && r.status !== 410) check(r, 200);
      forget(u.file);
      u.url = null;
    }
    const r = await send(u, "POST", base, {
      "Upload-Length": String(u.file.size),
      "Upload-Metadata": "filename " + base64(u.file.name) + (u.file.type ? ",filetype " + base64(u.file.type) : ""),
    });
    check(r, 201);
    u.url = r.getResponseHeader("Location");
    remember(u.file, u.url);
    return 0;
  };

  const transfer = async (u) => {
    let at = 0; // what has come for sure
    for (let failed = 0; ;) {
      try {
        at = await begin(u);
        u.show(at);
        while (at < u.file.size) {
          const r = await send(u, "PATCH", u.url, { "Upload-Offset": String(at), "Content-Type": "application/offset+octet-stream" },
            u.file.slice(at, at + piece), (n) => u.show(at + n));
          check(r, 204);
          at = offset(r);
          failed = 0;
          u.show(at);
        }
        return;
      } catch (e) {
        u.show(at);
        if (u.stopped || e instanceof Refused || failed >= waits.length) throw e;
        u.note(e.message + "; trying again");
        await new Promise((resolve) => setTimeout(resolve, waits[failed++] * 1000));
        if (u.stopped) throw e;
      }
    }
  };

  const run = async (u) => {
    running++;
    u.stopped = "";
    u.state("sending");
    try {
      await transfer(u);
      forget(u.file);
      u.state("done");
      say(u.file.name + " is uploaded");
      results.push(u.url);
    } catch (e) {
      if (u.stopped === "paused") {
        u.state("paused");
      } else if (u.stopped !== "cancelled") {
        u.state("failed", e.message);
        say(u.file.name + ": " + e.message);
      }
    }
    running--;
    next();
  };

  const next = () => {
    while (running < atOnce && queue.length) run(queue.shift());
    if (running || queue.length || !results.length) return;
    if (list.querySelector("li:not([data-state=done])")) return; // somebody has to see it
    location.assign(results.length === 1 ? results[0] : home);
  };

  const button = (text, name, action) => {
    const b = document.createElement("button");
    b.type = "button";
    b.className = "button";
    b.textContent = text;
    b.setAttribute("aria-label", text + " " + name);
    b.addEventListener("click", action);
    return b;
  };

  const link = (text, name, url) => {
    const a = document.createElement("a");
    a.className = "button";
    a.textContent = text;
    a.setAttribute("aria-label", text + " " + name);
    a.href = url;
    return a;
  };

  const add = (file) => {
    const u = { file, url: remembered(file), stopped: "", request: null };
    const item = document.createElement("li");
    const part = (tag, name) => {
      const e = document.createElement(tag);
      e.className = name;
      item.append(e);
      return e;
    };
    const name = part("bdi", "name");
    name.textContent = name.title = file.name;
    const actions = part("span", "actions");
    const bar = part("progress", "bar");
    bar.max = Math.max(file.size, 1);
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    const done = part("span", "done");
    let shown = 0;
    u.note = (text) => { done.textContent = of(shown, file.size) + (text ? " · " + text : ""); };
    u.show = (n) => {
      shown = n;
      bar.value = file.size ? n : 1;
      u.note("");
    };
    const stop = (how) => {
      u.stopped = how;
      if (u.request) u.request.abort();
    };
    const pause = button("Pause", file.name, () => stop("paused"));
    const go = () => {
      u.state("waiting");
      queue.push(u);
      next();
    };
    const resume = button("Resume", file.name, go);
    const again = button("Try again", file.name, go);
    const cancel = button("Cancel", file.name, async () => {
      const i = queue.indexOf(u);
      if (i >= 0) queue.splice(i, 1);
      stop("cancelled");
      forget(file);
      item.remove();
      list.hidden = !list.children.length;
      say(file.name + " is cancelled");
      input.focus();
      if (u.url) await send(u, "DELETE", u.url).catch(() => {}); // else it expires
      next();
    });
    u.state = (state, text) => {
      const focused = actions.contains(document.activeElement);
      item.dataset.state = state;
      if (state === "failed") done.setAttribute("role", "alert");
      else done.removeAttribute("role");
      u.note({ sending: "", waiting: "waiting", paused: "paused", done: "uploaded", failed: text }[state]);
      actions.replaceChildren(...{
        sending: [pause, cancel], waiting: [cancel], paused: [resume, cancel], failed: [again, cancel],
        done: u.url ? [link("Check and publish", file.name, u.url)] : [],
      }[state]);
      if (focused && actions.firstChild) actions.firstChild.focus();
    };
    u.state("waiting");
    list.append(item);
    list.hidden = false;
    queue.push(u);
  };

  const take = (files) => {
    if (!files.length) return;
    for (const file of files) add(file);
    say(files.length === 1 ? "Uploading " + files[0].name : "Uploading " + files.length + " files");
    next();
  };

  input.addEventListener("change", () => {
    take([...input.files]);
    input.value = "";
  });
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    take([...input.files]);
  });
  form.classList.add("at-once"); // choosing is enough
  input.required = false;
  for (const name of ["dragenter", "dragover"]) {
    document.addEventListener(name, (e) => {
      if (![...e.dataTransfer.types].includes("Files")) return;
      e.preventDefault();
      form.classList.add("over");
    });
  }
  document.addEventListener("dragleave", (e) => { if (!e.relatedTarget) form.classList.remove("over"); });
  document.addEventListener("drop", (e) => {
    if (![...e.dataTransfer.types].includes("Files")) return;
    e.preventDefault();
    form.classList.remove("over");
    const folders = [...e.dataTransfer.items].filter((i) => i.webkitGetAsEntry && i.webkitGetAsEntry() && i.webkitGetAsEntry().isDirectory);
    if (folders.length) say("Folders can't be dropped: choose the files in them");
    else take([...e.dataTransfer.files]);
  });
  window.addEventListener("beforeunload", (e) => { if (running) e.preventDefault(); });
})();
