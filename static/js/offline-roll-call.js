// A roll call without network: every mark is written into this phone as it is made, the press of the button too, and
// sent when there is a network again. The form's key makes it one roll call, however often it is sent.
// What lies in the phone are numbers and marks, no names. Without this file everything works online.
"use strict";

(() => {
  const bar = document.querySelector("[data-offline]");
  const form = document.querySelector("[data-roll-call]");
  if (!bar || !form) return;
  bar.classList.remove("offline-script"); // until here the style sheet showed it, so that its place was taken
  bar.hidden = true;
  if (!window.fetch || !window.localStorage) return;

  const path = bar.dataset.offline;
  const drawer = `roll-call:${bar.dataset.person}:${path}`;
  const KEPT_MS = 48 * 60 * 60 * 1000;
  const AGAIN_MS = 15000;
  const isFirstPage = window.location.pathname === path && !("answered" in bar.dataset);
  const keepButton = bar.querySelector("[data-keep-button]");
  let isSending = false;
  let isKeptAtOnce = false;

  // ---- what the page says -------------------------------------------------------------------------------------

  function say(state) {
    for (const line of bar.querySelectorAll("[data-state]")) line.hidden = line.dataset.state !== state;
    bar.dataset.now = state;
    bar.hidden = false;
  }

  function quiet() {
    if (read() && read().state === "queued") say("queued");
    else if (!navigator.onLine) say("away");
    else if ("kept" in bar.dataset) say("kept");
    else if (["away", "sending", "queued"].includes(bar.dataset.now)) bar.hidden = keepButton.hidden;
  }

  // ---- what lies in the phone ---------------------------------------------------------------------------------

  function read() {
    try {
      const kept = JSON.parse(window.localStorage.getItem(drawer) || "null");
      return kept && Date.now() - kept.at < KEPT_MS ? kept : null;
    } catch {
      return null;
    }
  }

  function write(state, body) {
    try {
      window.localStorage.setItem(drawer, JSON.stringify({ state, body, at: Date.now() }));
    } catch { /* a full phone: sending still works */ }
  }

  const clear = () => window.localStorage.removeItem(drawer);

  function sweep() {
    for (const name of Object.keys(window.localStorage)) {
      if (!name.startsWith("roll-call:")) continue;
      try {
        if (Date.now() - JSON.parse(window.localStorage.getItem(name)).at > KEPT_MS) window.localStorage.removeItem(name);
      } catch {
        window.localStorage.removeItem(name);
      }
    }
  }

  // Everything that was marked, without what was looked for: that may be a name.
  function collect() {
    const marks = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (name !== "find" && name !== "csrf_token" && typeof value === "string") marks.append(name, value);
    }
    return marks.toString();
  }

  function restore(body) {
    const marks = new URLSearchParams(body);
    for (const input of form.querySelectorAll("input")) {
      if (["csrf_token", "form_key", "shown", "find", "do"].includes(input.name) || !marks.has(input.name)) continue;
      if (["radio", "checkbox"].includes(input.type)) input.checked = input.value === marks.get(input.name);
      else if (input.name !== "walk_in") input.value = marks.get(input.name);
    }
    for (const id of marks.getAll("walk_in")) {
      if (form.querySelector(`input[name="walk_in"][value="${CSS.escape(id)}"]`)) continue;
      for (const name of ["walk_in", `mark-${id}`, `off-${id}`]) { // found by hand before: it goes along unseen
        const hidden = document.createElement("input");
        Object.assign(hidden, { type: "hidden", name, value: name === "walk_in" ? id : marks.get(name) || "" });
        form.append(hidden);
      }
    }
    form.dispatchEvent(new Event("input", { bubbles: true }));
    if (marks.has("shown")) form.elements.shown.value = marks.get("shown");
  }

  // ---- sending ------------------------------------------------------------------------------------------------

  async function send() {
    const waiting = read();
    if (!waiting || waiting.state !== "queued" || isSending) return;
    isSending = true;
    say("sending");
    try {
      const body = new URLSearchParams(waiting.body);
      body.set("csrf_token", form.elements.csrf_token.value);
      const answer = await fetch(path, { method: "POST", body, credentials: "same-origin" });
      await heard(answer, waiting.body);
    } catch {
      say("queued");
      window.setTimeout(send, AGAIN_MS);
    } finally {
      isSending = false;
    }
  }

  async function heard(answer, body) {
    const where = new URL(answer.url).pathname;
    if (answer.redirected && where.startsWith("/batches/")) return done(answer.url);
    if ((answer.redirected && where.startsWith("/sign-in")) || answer.status === 400) return say("signed-out");
    if (answer.status >= 500 || answer.status === 429) throw new Error("later");
    write("refused", body);
    say("refused");
    restore(body);
    HTMLFormElement.prototype.submit.call(form); // the answer is a page with everything that was marked, and the reason
  }

  async function done(address) {
    clear();
    if (window.caches) await forgetPage();
    bar.querySelector("[data-result]").href = address;
    say("done");
    window.location.assign(address);
  }

  async function forgetPage() {
    for (const name of await window.caches.keys()) {
      const shelf = await window.caches.open(name);
      await shelf.delete(path);
      const left = (await shelf.keys()).some((request) => /\/roll-call$/.test(new URL(request.url).pathname));
      if (!left) await window.caches.delete(name);
    }
  }

  form.addEventListener("submit", (event) => {
    const pressed = event.submitter;
    if (pressed && pressed.hasAttribute("formaction")) return; // looking for somebody needs the server
    event.preventDefault();
    write("queued", collect());
    send();
  });
  form.addEventListener("input", () => {
    const waiting = read();
    write(waiting && waiting.state === "queued" ? "queued" : "draft", collect());
  });
  window.addEventListener("online", () => { quiet(); send(); });
  window.addEventListener("offline", quiet);

  // ---- keeping the page ---------------------------------------------------------------------------------------

  function assets() {
    const found = new Set();
    for (const one of document.querySelectorAll("link[href], script[src], img[src], use[href]")) {
      const address = (one.getAttribute("href") || one.getAttribute("src") || "").split("#")[0];
      if (address.startsWith("/static/")) found.add(address);
    }
    return [...found];
  }

  async function keep() {
    keepButton.hidden = true;
    if (bar.hidden) say("keeping");
    try {
      await navigator.serviceWorker.register(bar.dataset.worker);
      const ready = await navigator.serviceWorker.ready;
      ready.active.postMessage({ keep: path, assets: assets() });
    } catch {
      notKept();
    }
  }

  function notKept() {
    if (bar.dataset.now === "keeping") say("");
    keepButton.hidden = false;
  }

  if ("serviceWorker" in navigator && "keep" in bar.dataset) {
    navigator.serviceWorker.addEventListener("message", (event) => {
      if (event.data.notKept === path) notKept();
      if (event.data.kept !== path) return;
      bar.dataset.kept = "";
      if (["keeping", "away", "sending", "", undefined].includes(bar.dataset.now)) quiet();
    });
    if ("keepNow" in bar.dataset && navigator.onLine) isKeptAtOnce = true;
    else if (!("keepNow" in bar.dataset)) {
      keepButton.hidden = false;
      bar.hidden = false;
      keepButton.addEventListener("click", keep);
    }
  }

  // ---- opening the page ---------------------------------------------------------------------------------------

  sweep();
  const before = read();
  if (before && isFirstPage) {
    restore(before.body);
    if (before.state === "queued") {
      say("queued");
      send();
    } else if (before.state === "refused") say("refused");
    else say("restored");
  } else if (before && before.state === "refused") say("refused");
  else quiet();
  if (isKeptAtOnce) keep();
})();
