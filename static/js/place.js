// Sends the phone's position along with a form, for whoever agreed to it; whatever fails, the form goes without.
"use strict";

for (const form of document.querySelectorAll("form[data-place]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.asked || !navigator.geolocation) return;
    event.preventDefault();
    form.dataset.asked = "yes";
    const send = () => form.requestSubmit();
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        form.elements.latitude.value = coords.latitude;
        form.elements.longitude.value = coords.longitude;
        send();
      },
      send,
      { enableHighAccuracy: true, timeout: Number(form.dataset.place), maximumAge: 30000 },
    );
  });
}
