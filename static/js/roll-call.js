// The roll call counts along while it is being filled in; without this file the server counts.
"use strict";

const form = document.querySelector("[data-roll-call]");

function span(total, words) {
  const hours = Math.floor(total / 60);
  const minutes = total % 60;
  if (!hours) return words.minutes.replace("{m}", minutes);
  const whole = (hours === 1 ? words.hour : words.hours).replace("{h}", hours.toLocaleString("en-US"));
  return minutes ? words.both.replace("{h}", whole).replace("{m}", minutes) : whole;
}

function minutesOf(card, attendance, off) {
  const planned = Number(card.dataset.mark);
  if (attendance === "present") return planned;
  if (attendance !== "late" && attendance !== "left_early") return 0;
  return /^\d{1,4}$/.test(off) && off >= 1 && off <= planned ? planned - off : 0;
}

function count() {
  const cards = form.querySelectorAll("[data-mark]");
  let total = 0;
  for (const card of cards) {
    const attendance = card.querySelector("input[type=radio]:checked")?.value;
    const off = card.querySelector(".mark-off input").value.trim();
    const minutes = minutesOf(card, attendance, off);
    total += minutes;
    card.querySelector("[data-mark-minutes]").textContent = span(minutes, form.dataset);
    const why = card.querySelector(".why");
    if (why) why.hidden = card.dataset.said !== `${attendance}:${off}`;
  }
  form.elements.shown.value = `${cards.length}:${total}`;
  const label = form.querySelector("[data-record] span");
  if (label) {
    label.textContent = form.dataset.total.replace("{n}", cards.length).replace("{t}", span(total, form.dataset));
  }
}

if (form) {
  form.addEventListener("input", count);
  window.addEventListener("pageshow", count);
}
