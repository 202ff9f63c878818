"use strict";
(() => {
  const root = document.documentElement;
  const button = document.getElementById("language");
  const setLanguage = (language) => {
    root.dataset.lang = language;
    root.lang = language === "zh" ? "zh-CN" : "en";
    button.textContent = language === "zh" ? "English" : "中文";
    button.lang = language === "zh" ? "en" : "zh-CN";
  };
  button.hidden = false;
  button.addEventListener("click", () => setLanguage(root.dataset.lang === "zh" ? "en" : "zh"));
  setLanguage("zh");

  const keyOf = (row, column) => {
    const cell = row.cells[column];
    const figure = cell.querySelector("data");
    const text = cell.dataset.sort ?? (figure ? figure.value : cell.textContent.trim());
    if (text === "" || text === "–" || text === "null") return null;
    const number = Number(text);
    return Number.isNaN(number) ? text : number;
  };
  const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "zh-CN"));
  for (const table of document.querySelectorAll("table.sortable")) {
    const headings = [...table.tHead.rows[0].cells];
    headings.forEach((heading, column) => {
      const control = heading.querySelector("button");
      if (!control) return;
      control.addEventListener("click", () => {
        const direction = heading.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
        headings.forEach((other) => other.removeAttribute("aria-sort"));
        heading.setAttribute("aria-sort", direction);
        const sign = direction === "ascending" ? 1 : -1;
        const rows = [...table.tBodies[0].rows].map((row, place) => ({ row, place, key: keyOf(row, column) }));
        rows.sort((a, b) => {
          if (a.key === null || b.key === null) return (a.key === null) - (b.key === null) || a.place - b.place;
          return sign * compare(a.key, b.key) || a.place - b.place;
        });
        table.tBodies[0].append(...rows.map((entry) => entry.row));
      });
    });
  }
})();
