// A part of the page that renews itself: the changing code at the door, the screen on the wall.
// Without this file the page reloads itself as a whole.
"use strict";

const LONGEST_MS = 10000;
let failures = 0;

const part = () => document.getElementById("live");

function plan() {
  const seconds = Number(part()?.dataset.live);
  if (seconds > 0) window.setTimeout(renew, failures ? Math.min(5, seconds) * 1000 : seconds * 1000 + 300);
}

function warn(isStale) {
  const words = part()?.querySelector(".door-stale");
  if (words) words.hidden = !isStale;
}

async function renew() {
  try {
    const answer = await fetch(window.location.href, { cache: "no-store", signal: AbortSignal.timeout(LONGEST_MS) });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
    if (!answer.ok || answer.redirected || !fresh) {
      if (answer.status === 404 || answer.redirected) {
        window.location.reload();
        return;
      }
      throw new Error("no new part");
    }
    part().replaceWith(document.adoptNode(fresh));
    failures = 0;
  } catch {
    failures += 1;
    warn(true);
  }
  plan();
}

// The screen stays bright while the code or the board is shown; it is asked again after every absence.
async function stayAwake() {
  try {
    if (document.visibilityState === "visible") await navigator.wakeLock?.request("screen");
  } catch {
    // the battery is low, or the browser does not want to: the page works all the same
  }
}

if (part()) {
  plan();
  stayAwake();
  document.addEventListener("visibilitychange", stayAwake);
}
