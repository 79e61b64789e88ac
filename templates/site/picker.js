"use strict";
(() => {
  const form = document.querySelector("[data-picker]");
  const pages = JSON.parse(document.getElementById("pages").textContent);
  const [from, to, answer] = [form.querySelector("#from"), form.querySelector("#to"), form.querySelector(".answer")];
  const has = (value, key) => Object.prototype.hasOwnProperty.call(value, key);
  const pageOf = () => (has(pages, from.value) && has(pages[from.value], to.value) ? pages[from.value][to.value] : null);
  const show = () => {
    for (const option of to.options) {
      option.disabled = option.value !== "" && from.value !== "" && !(has(pages, from.value) && has(pages[from.value], option.value));
    }
    answer.replaceChildren();
    if (from.value === "" || to.value === "") {
      return;
    }
    const page = pageOf();
    if (page === null) {
      answer.append(`Nothing leads from ${from.value} to ${to.value}: the installed version is the same or newer.`);
    } else if (page.page === null) {
      answer.append(`There is no way from ${from.value} to ${to.value}: ${page.about}`);
    } else {
      const link = document.createElement("a");
      link.href = page.page;
      link.textContent = `From ${from.value} to ${to.value}`;
      answer.append(link, ` ${page.about}`);
    }
  };
  const write = () => {
    const chosen = new URLSearchParams({ from: from.value, to: to.value });
    history.replaceState(null, "", `#${chosen}`);
    show();
  };
  const read = () => {
    const chosen = new URLSearchParams(location.hash.slice(1));
    for (const [field, name] of [[from, "from"], [to, "to"]]) {
      const wanted = chosen.get(name) ?? "";
      field.value = [...field.options].some((option) => option.value === wanted) ? wanted : "";
    }
    show();
  };
  from.addEventListener("change", write);
  to.addEventListener("change", write);
  window.addEventListener("hashchange", read);
  form.hidden = false;
  read();
})();
