"use strict";
(() => {
  const most = 100;
  const form = document.querySelector("[data-search]");
  const { places, kinds, changes } = JSON.parse(document.getElementById("changes").textContent);
  const [words, kind, channel] = ["#words", "#kind", "#channel"].map((id) => form.querySelector(id));
  const answer = document.querySelector(".answer");
  const found = document.querySelector(".found");
  const texts = changes.map(([text, , at]) => `${text} ${places[at].name}`.toLocaleLowerCase());
  const offer = (field, values) => {
    for (const value of values) {
      field.append(new Option(value, value));
    }
  };
  offer(kind, kinds);
  offer(channel, [...new Set(places.map((place) => place.channel))]);
  const show = () => {
    const wanted = words.value.toLocaleLowerCase().split(/\s+/).filter((word) => word !== "");
    found.replaceChildren();
    if (wanted.length === 0 && kind.value === "" && channel.value === "") {
      answer.textContent = `${changes.length} changes can be searched.`;
      return;
    }
    let count = 0;
    changes.forEach(([text, of, at], number) => {
      const place = places[at];
      const fits = wanted.every((word) => texts[number].includes(word));
      if (!fits || (kind.value !== "" && kinds[of] !== kind.value) || (channel.value !== "" && place.channel !== channel.value)) {
        return;
      }
      count += 1;
      if (count > most) {
        return;
      }
      const link = document.createElement("a");
      link.href = place.url;
      link.textContent = place.name;
      const what = document.createElement("span");
      what.textContent = text;
      const item = document.createElement("li");
      item.append(what, " ", link, ` ${kinds[of]}, ${place.channel}`);
      found.append(item);
    });
    const shown = count > most ? `; the first ${most} are shown` : "";
    answer.textContent = count === 1 ? "1 change fits." : `${count} changes fit${shown}.`;
  };
  const write = () => {
    const asked = new URLSearchParams({ q: words.value, kind: kind.value, channel: channel.value });
    history.replaceState(null, "", `#${asked}`);
    show();
  };
  const read = () => {
    const asked = new URLSearchParams(location.hash.slice(1));
    words.value = asked.get("q") ?? "";
    kind.value = asked.get("kind") ?? "";
    channel.value = asked.get("channel") ?? "";
    show();
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const field of [words, kind, channel]) {
    field.addEventListener("input", write);
  }
  window.addEventListener("hashchange", read);
  form.hidden = false;
  read();
})();
