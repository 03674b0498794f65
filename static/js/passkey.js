// Passkeys: fills a form's `credential` by the device and sends it. Without this file the forms stay hidden.
"use strict";

(() => {
  const toBytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
  };
  const toText = (buffer) => {
    const plain = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };

  // The server's JSON names bytes in base64url; the browser wants them as bytes.
  function readOptions(options) {
    options.challenge = toBytes(options.challenge);
    if (options.user) options.user.id = toBytes(options.user.id);
    for (const name of ["allowCredentials", "excludeCredentials"]) {
      for (const key of options[name] || []) key.id = toBytes(key.id);
    }
    return options;
  }

  function writeAnswer(made) {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (made.response[name]) response[name] = toText(made.response[name]);
    }
    return JSON.stringify({ id: made.id, rawId: toText(made.rawId), type: made.type, response });
  }

  async function ask(form) {
    const answer = await fetch(form.dataset.options, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    const publicKey = readOptions(await answer.json());
    return navigator.credentials[form.dataset.passkey]({ publicKey });
  }

  async function fill(event) {
    const form = event.currentTarget;
    if (form.elements.credential.value) return;
    event.preventDefault();
    if (form.dataset.asking) return;
    form.dataset.asking = "yes";
    const problem = form.querySelector("[data-problem]");
    problem.hidden = true;
    try {
      form.elements.credential.value = writeAnswer(await ask(form));
      form.requestSubmit();
    } catch (error) { // the person turned away, the key is unknown here, or nobody is signed in any more
      problem.hidden = false;
    } finally {
      delete form.dataset.asking;
    }
  }

  if (!window.PublicKeyCredential || !navigator.credentials) return;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", fill);
  }
  // An answer is good for one try: coming back with the browser's own button asks anew.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-passkey]")) form.elements.credential.value = "";
  });
})();
