// The front page of a large review: which model its table shows, and addresses of the pages of its outcomes.
(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("page-data").textContent);
  const table = document.getElementById("cells");
  const select = document.getElementById("view");
  const rows = [...table.tBodies[0].rows];
  const found = (row, key) => row.querySelector(`.by.${key}`);
  const head = found(table.tHead.rows[0], "protocol");
  const words = head.textContent;
  const before = rows.map((row) => [...found(row, "protocol").childNodes]);
  function show() {
    const view = select.value;
    const texts = data.views[view];
    rows.forEach((row, place) => {
      const cell = found(row, "protocol");
      if (texts) cell.replaceChildren(texts[place] || "–");
      else if (cell.firstChild !== before[place][0]) cell.replaceChildren(...before[place]);
    });
    const name = head.querySelector("button") || head;
    name.textContent = texts ? view : words;
    table.dataset.view = texts ? "protocol" : view;
  }
  function arrive() {
    // An address of the single page leads on to the page of the outcome.
    const [id, query] = decodeURI(location.hash.slice(1)).split("?");
    const row = rows.find((one) => one.id === id);
    const link = row && row.cells[1].querySelector("a");
    if (link && query) location.replace(`${link.getAttribute("href")}?${query}`);
    const outcome = id.startsWith("outcome-") && !row && rows.find((one) => one.id.startsWith(`${id.slice(8)}.`));
    if (outcome) outcome.scrollIntoView();
    show();
  }
  select.addEventListener("change", show);
  window.addEventListener("hashchange", arrive);
  arrive();
})();
