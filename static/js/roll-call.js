// The roll call counts along while it is being filled in; without this file the server counts.
"use strict";

const form = document.querySelector("[data-roll-call]");
const OFF = ["late", "left_early"];
const DAY = 24 * 60;

function span(total, words) {
  const hours = Math.floor(total / 60);
  const minutes = total % 60;
  if (!hours) return words.minutes.replace("{m}", minutes);
  const whole = (hours === 1 ? words.hour : words.hours).replace("{h}", hours.toLocaleString("en-US"));
  return minutes ? words.both.replace("{h}", whole).replace("{m}", minutes) : whole;
}

const typed = (card, name) => {
  const input = card.querySelector(`.mark-${name} input`);
  return input ? input.value.trim() : "";
};

function offMinutes(card) {
  const off = typed(card, "off");
  return /^\d{1,4}$/.test(off) && off >= 1 && off <= Number(card.dataset.mark) ? Number(off) : 0;
}

function untilLeaving(card) {
  const time = /^(\d{1,2})[:：](\d{2})/.exec(typed(card, "left"));
  if (!time) return 0;
  const came = Number(card.dataset.came);
  const latest = Number(card.dataset.latest);
  const clock = Number(time[1]) * 60 + Number(time[2]);
  const left = clock < came && clock + DAY <= latest ? clock + DAY : Math.min(clock, latest);
  return Number(card.dataset.counted) + Math.max(0, left - came);
}

function minutesOf(card, chosen) {
  if (!chosen) return 0;
  if (OFF.includes(chosen.value)) return offMinutes(card) ? Number(card.dataset.mark) - offMinutes(card) : 0;
  if (chosen.value === "left") return untilLeaving(card);
  if (chosen.value === "auto" && typed(card, "reason")) return Number(card.dataset.counted);
  return Number(chosen.dataset.minutes || 0);
}

// The button of those who came late or left early says how much less they get.
function showEffect(card, chosen) {
  for (const input of card.querySelectorAll(".mark-choices input")) {
    const effect = input.parentElement.querySelector("[data-effect]");
    if (!OFF.includes(input.value)) continue;
    effect.dataset.first = effect.dataset.first || (effect.textContent.startsWith("−") ? "…" : effect.textContent);
    effect.textContent = input === chosen && offMinutes(card) ? `−${offMinutes(card)}` : effect.dataset.first;
  }
}

function count() {
  const cards = form.querySelectorAll("[data-mark]");
  let total = 0;
  for (const card of cards) {
    const chosen = card.querySelector(".mark-choices input:checked");
    const minutes = minutesOf(card, chosen);
    total += minutes;
    showEffect(card, chosen);
    card.querySelector("[data-mark-minutes]").textContent = span(minutes, form.dataset);
    const why = card.querySelector(".why");
    const said = `${chosen ? chosen.value : ""}:${typed(card, "off")}:${typed(card, "left")}`;
    if (why && !("came" in card.dataset)) why.hidden = card.dataset.said !== said;
  }
  form.elements.shown.value = `${cards.length}:${total}`;
  const label = form.querySelector("[data-record] span");
  if (label) {
    label.textContent = form.dataset.total.replace("{n}", cards.length).replace("{t}", span(total, form.dataset));
  }
}

// The time by this phone's clock, but never before that of the server's answer: a phone may be slow by days.
const now = () => Math.max(Date.now(), Number(form.dataset.serverTime) + performance.now());

// A page that was kept before the start knows by the time what can be done now; the server asks its own clock.
function follow() {
  const ended = form.querySelector("#ended");
  const isSaid = Boolean(ended && ended.checked);
  for (const part of document.querySelectorAll("[data-from], [data-until]")) {
    const isTime = now() >= Number(part.dataset.from || 0) && now() < Number(part.dataset.until || Infinity);
    part.hidden = !(isTime || (isSaid && ("ended" in part.dataset || "recording" in part.dataset)));
  }
}

// The moment of the tick: what is sent later, with network again, counts to this time.
function stamp(event) {
  const time = form.elements.ended_at;
  if (event.target.id === "ended" && event.target.checked && !time.value) {
    time.value = new Date(now()).toTimeString().slice(0, 5);
  }
}

if (form) {
  form.addEventListener("change", stamp);
  form.addEventListener("input", follow);
  window.addEventListener("pageshow", follow);
  window.setInterval(follow, 15000);
  form.addEventListener("input", count);
  window.addEventListener("pageshow", count);
}
