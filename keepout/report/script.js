// Tables sort by a click on a head; on paper what is short is open.
"use strict";
(function () {
  function key(cell) {
    var text = cell ? cell.textContent.trim() : "";
    var number = parseFloat(text.replace(/,/g, "").replace("−", "-"));
    return isNaN(number) ? { n: null, t: text } : { n: number, t: text };
  }
  function compare(a, b) {
    if (a.n !== null) { if (b.n !== null) { return a.n - b.n; } return -1; }
    if (b.n !== null) { return 1; }
    return a.t.localeCompare(b.t);
  }
  function sort(table, column, button) {
    var body = table.tBodies[0];
    var up = button.getAttribute("aria-sort") !== "ascending";
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (cell) {
      cell.removeAttribute("aria-sort");
    });
    button.setAttribute("aria-sort", up ? "ascending" : "descending");
    Array.from(body.rows)
      .map(function (row, k) { return { row: row, k: k, key: key(row.cells[column]) }; })
      .sort(function (a, b) { return (up ? 1 : -1) * compare(a.key, b.key) || a.k - b.k; })
      .forEach(function (item) { body.appendChild(item.row); });
  }
  Array.prototype.forEach.call(document.querySelectorAll("table.sortable"), function (table) {
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (cell, column) {
      cell.tabIndex = 0;
      cell.addEventListener("click", function () { sort(table, column, cell); });
      cell.addEventListener("keydown", function (event) {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          sort(table, column, cell);
        }
      });
    });
  });
  function open(all) {
    Array.prototype.forEach.call(document.querySelectorAll("details:not(.long)"), function (item) {
      if (all) {
        item.dataset.was = item.open ? "1" : "";
        item.open = true;
      } else {
        item.open = item.dataset.was === "1";
      }
    });
  }
  window.addEventListener("beforeprint", function () { open(true); });
  window.addEventListener("afterprint", function () { open(false); });
  function reveal() {
    var target = location.hash ? document.getElementById(location.hash.slice(1)) : null;
    var inside = target ? target.closest("details") : null;
    if (inside) { inside.open = true; target.scrollIntoView(); }
  }
  window.addEventListener("hashchange", reveal);
  reveal();
})();
