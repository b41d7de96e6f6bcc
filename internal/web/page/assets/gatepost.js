// What the pages do better with a script. Each works without it too.
"use strict";

// Search while typing: [data-filter] looks through the [data-find] of the page.
// The server searches in the same way for ?q=.
function filter(box) {
  const items = [...document.querySelectorAll("[data-find]")];
  const parts = [...document.querySelectorAll("[data-part]")];
  const none = document.querySelector("[data-none]");
  const found = document.querySelector("[data-found]");
  const shown = () => items.filter((item) => !item.hidden);

  function apply() {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const item of items) {
      item.hidden = !words.every((word) => item.dataset.find.includes(word));
    }
    for (const part of parts) {
      part.hidden = !part.querySelector("[data-find]:not([hidden])");
    }
    const count = shown().length;
    none.hidden = count > 0;
    found.textContent = words.length === 0 ? "" : count === 1 ? "1 match. Press Enter to open it." : `${count} matches`;
  }

  box.addEventListener("input", apply);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && box.value !== "") {
      event.preventDefault();
      box.value = "";
      apply();
    }
    if (event.key === "Enter") {
      event.preventDefault();
      const left = shown();
      if (left.length === 1) {
        left[0].querySelector("a, button").click();
      }
    }
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  });
  document.querySelector("[data-clear]")?.addEventListener("click", (event) => {
    event.preventDefault();
    box.value = "";
    apply();
    box.focus();
  });
  for (const part of document.querySelectorAll("[data-scripted], [data-key]")) {
    part.hidden = false;
  }
  for (const part of document.querySelectorAll("[data-plain]")) {
    part.hidden = true; // for those who have no script
  }
}

// Show and hide a password: [data-reveal] names the fields.
function reveal(button) {
  const fields = button.dataset.reveal.split(" ").map((id) => document.getElementById(id));
  button.hidden = false;
  button.addEventListener("click", () => {
    const show = button.getAttribute("aria-pressed") === "false";
    button.setAttribute("aria-pressed", String(show));
    for (const field of fields) {
      field.type = show ? "text" : "password";
    }
  });
}

document.querySelectorAll("[data-filter]").forEach(filter);
document.querySelectorAll("[data-reveal]").forEach(reveal);

// A page that the browser kept, and shows again after its person signed out, is
// asked for anew: the answer is then the sign-in page.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
