(() => {
  "use strict";
  const form = document.querySelector("#launch form");
  const born = Date.now();
  const tooOld = () => Date.now() - born > 4 * 60 * 1000; // AWS takes a response for five minutes
  const show = (state) => {
    for (const part of document.querySelectorAll("#launch [data-when]")) {
      part.hidden = !part.dataset.when.split(" ").includes(state);
    }
  };
  const check = () => {
    if (tooOld()) show("old");
  };

  form.addEventListener("submit", (event) => {
    if (tooOld()) event.preventDefault();
    check();
  });
  setInterval(check, 5000);
  document.addEventListener("visibilitychange", check);
  // Coming back never sends anything by itself, whether the browser kept the
  // page (pageshow) or asked for it again (back_forward).
  addEventListener("pageshow", (event) => {
    if (event.persisted) show(tooOld() ? "old" : "back");
  });
  const [visit] = performance.getEntriesByType("navigation");
  if (visit && visit.type === "back_forward") show("back");
  else form.requestSubmit();
})();
