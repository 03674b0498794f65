// The button says for how many people one signs up; without this file it says the same for everybody.
"use strict";

for (const button of document.querySelectorAll("button[data-sign-up]")) {
  const words = button.querySelector("span");
  const alone = words.textContent;
  const form = button.form;
  const count = () => {
    const names = [...form.querySelectorAll("input[name=companion_name]")];
    const children = [...form.querySelectorAll("input[name=companion_child]")];
    return 1 + names.filter((name, at) => name.value.trim() || children[at].checked).length;
  };
  const say = () => {
    const people = count();
    words.textContent = people > 1 ? button.dataset.signUp.replace("{n}", people) : alone;
  };
  form.addEventListener("input", say);
  say();
}
