// A press without network would end on the browser's own error page. Here the page stays, says so, and sends the
// same form as soon as the network answers, while the code that was read still counts. The time is the server's.
"use strict";

(() => {
  const form = document.querySelector("form[data-check-in]");
  const notice = document.querySelector("[data-no-network]");
  if (!form || !notice || !window.fetch || !form.requestSubmit) return;

  const probe = document.currentScript.src;
  const untilMs = Date.now() + Number(form.dataset.checkIn) * 1000;
  const AGAIN_MS = 4000;
  let isAsking = false;
  let timer;

  async function answers() {
    try {
      await fetch(probe, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(AGAIN_MS) });
      return true;
    } catch {
      return false;
    }
  }

  async function attempt() {
    if (isAsking) return;
    window.clearTimeout(timer);
    isAsking = true;
    const isThere = await answers();
    isAsking = false;
    const isLate = Date.now() > untilMs;
    if (isThere && !isLate) {
      form.dataset.sure = "yes";
      form.requestSubmit();
      return;
    }
    notice.hidden = false;
    for (const line of notice.querySelectorAll("[data-when]")) line.hidden = (line.dataset.when === "late") !== isLate;
    if (!isLate) timer = window.setTimeout(attempt, AGAIN_MS);
  }

  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || form.dataset.sure) return;
    event.preventDefault();
    attempt();
  });
  window.addEventListener("online", () => { if (!notice.hidden) attempt(); });
})();
