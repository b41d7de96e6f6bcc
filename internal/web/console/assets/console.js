// What the console does better with a script. Everything works without it too.
"use strict";

// Copy: [data-copy] names the element whose text is copied.
function copies(button) {
  const source = document.getElementById(button.dataset.copy);
  const label = button.firstChild;
  const says = label.textContent;
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.textContent);
    label.textContent = "Copied";
    setTimeout(() => { label.textContent = says; }, 2000);
  });
}

// Narrow down: a search among the boxes of one fieldset.
function narrows(fieldset) {
  const box = fieldset.querySelector(".narrower");
  const items = [...fieldset.querySelectorAll("li")];
  const input = box.querySelector("input");
  box.hidden = false;
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const item of items) {
      item.hidden = !words.every((word) => item.textContent.toLowerCase().includes(word));
    }
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}

// Typed: a form can be sent once its field has the words of [data-typed].
function typed(input) {
  const button = input.form.querySelector(".danger, .main");
  const look = () => { button.disabled = input.value.trim() !== input.dataset.typed; };
  input.addEventListener("input", look);
  look();
}

// Pick: how many are chosen in a list, and a box that chooses all.
function picks(form) {
  const boxes = [...form.querySelectorAll(".pick input")];
  const says = form.querySelector("[data-picked]");
  const button = form.querySelector(".bulk button");
  if (!button) return;
  const all = document.createElement("input");
  all.type = "checkbox";
  all.setAttribute("aria-label", "Choose all that are inactive");
  all.disabled = boxes.length === 0;
  form.querySelector("thead .pick").append(all);
  const look = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = boxes.length > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
    button.disabled = chosen === 0;
    says.textContent = chosen === 0 ? "" : `${chosen} chosen.`;
  };
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    look();
  });
  for (const box of boxes) box.addEventListener("change", look);
  look();
}

// Propose: label and account fill in what is still as it was proposed. The server
// does the same for what is left empty.
function proposes(form) {
  const field = (name) => form.elements.namedItem(name);
  const mine = new Map(); // what was proposed last, by field
  const propose = (name, value) => {
    const at = field(name);
    if (at.value === "" || at.value === mine.get(name)) {
      at.value = value;
      mine.set(name, value);
    }
  };
  const look = () => {
    const slug = field("label").value.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-/, "").slice(0, 63).replace(/-+$/, "");
    propose("slug", slug);
    const account = field("account").value.replace(/[- ]/g, "");
    const known = /^\d{12}$/.test(account);
    const prefix = `arn:${field("partition").value}:iam::${account}:`;
    propose("roles[0].role_arn", known ? `${prefix}role/SAML-User` : "");
    propose("roles[0].provider_arn", known && field("slug").value ? `${prefix}saml-provider/Gatepost-${field("slug").value}` : "");
  };
  for (const name of ["label", "account", "slug", "partition"]) field(name).addEventListener("input", look);
}

// "/" goes to the search.
function slash(input) {
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      input.focus();
      input.select();
    }
  });
}

document.querySelectorAll("[data-copy]").forEach(copies);
document.querySelectorAll("[data-narrow]").forEach(narrows);
document.querySelectorAll("[data-typed]").forEach(typed);
document.querySelectorAll("[data-pick]").forEach(picks);
document.querySelectorAll("[data-propose]").forEach(proposes);
document.querySelectorAll("[data-slash]").forEach(slash);

// A page that the browser kept, and shows again after its person signed out, is
// asked for anew: the answer is then the sign-in page.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
