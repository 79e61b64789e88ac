"use strict";
(() => {
  const enough = 8;
  document.querySelectorAll("main .table table").forEach((table, number) => {
    const rows = [...table.tBodies[0].rows];
    if (rows.length < enough) {
      return;
    }
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    const field = (name, input) => {
      const paragraph = document.createElement("p");
      const label = document.createElement("label");
      input.id = `filter-${number}-${name.toLowerCase()}`;
      label.htmlFor = input.id;
      label.textContent = name;
      paragraph.append(label, " ", input);
      return paragraph;
    };
    const words = document.createElement("input");
    words.type = "search";
    const column = document.createElement("select");
    column.append(new Option("any", ""), ...heads.slice(1).map((head, at) => new Option(head, String(at + 1))));
    const value = document.createElement("select");
    const status = document.createElement("p");
    status.setAttribute("role", "status");
    const cellOf = (row, at) => row.cells[at]?.textContent.trim() ?? "";
    const offer = () => {
      const at = Number(column.value);
      const values = at === 0 ? [] : [...new Set(rows.map((row) => cellOf(row, at)))].sort();
      value.replaceChildren(new Option("any", ""), ...values.filter((text) => text !== "").map((text) => new Option(text, text)));
      value.disabled = values.length === 0;
    };
    const show = () => {
      const wanted = words.value.toLocaleLowerCase().split(/\s+/).filter((word) => word !== "");
      let shown = 0;
      for (const row of rows) {
        const text = row.textContent.toLocaleLowerCase();
        const fits = wanted.every((word) => text.includes(word)) && (value.value === "" || cellOf(row, Number(column.value)) === value.value);
        row.hidden = !fits;
        shown += fits ? 1 : 0;
      }
      status.textContent = `${shown} of ${rows.length} rows`;
    };
    const form = document.createElement("form");
    form.className = "filter";
    form.setAttribute("role", "search");
    form.addEventListener("submit", (event) => event.preventDefault());
    form.append(field("Filter", words), field("Column", column), field("Value", value), status);
    words.addEventListener("input", show);
    column.addEventListener("input", () => { offer(); show(); });
    value.addEventListener("input", show);
    table.parentElement.before(form);
    offer();
    show();
  });
})();
