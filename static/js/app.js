// Small comforts only: every page works without this file.
"use strict";

const REST_MS = 8000;
const buttonsOf = (form) => form.querySelectorAll("button[type=submit], button:not([type])");

function wake(form) {
  delete form.dataset.sent;
  for (const button of buttonsOf(form)) button.disabled = false;
}

// A second press sends nothing while the first is under way; its name and value still go along.
// Should it be sent again later, the form key makes sure that it has one effect.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method") !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // What was looked at before a deed is not kept: going back there opens the form anew, not an error of the browser.
  if (event.submitter?.value === "confirm") history.replaceState(history.state, "", location.href);
  window.setTimeout(() => buttonsOf(form).forEach((button) => { button.disabled = true; }));
  window.setTimeout(wake, REST_MS, form);
});

// Coming back with the browser's own button finds the forms awake.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(wake);
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// The box of a file names what was chosen, and says before it is sent that it is too large.
for (const box of document.querySelectorAll("[data-file]")) {
  const input = box.querySelector("input");
  const names = box.querySelector("[data-names]");
  const asked = names.textContent;
  box.classList.add("file-live");
  names.parentElement.hidden = false;
  const say = () => {
    const files = [...input.files];
    const isTooLarge = files.some((file) => file.size > box.dataset.largest * 1024 * 1024);
    box.classList.toggle("file-chosen", files.length > 0 && !isTooLarge);
    box.classList.toggle("file-wrong", isTooLarge);
    names.textContent = isTooLarge ? box.dataset.tooLarge : files.map((file) => file.name).join("、") || asked;
  };
  input.addEventListener("change", say);
  say();
}

// Errors are read out first; at the counter the scanner's field waits for its next code.
const first = document.getElementById("error-summary") || document.querySelector("[data-focus]");
if (first) first.focus();
