// Building the page: every text goes in as text, so nothing from a document can become markup.

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}

export const fromTemplate = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

// Bring a list up to date: rows that did not change stay as they are, with focus and selection.
export function update(list, items, build) {
  const before = new Map([...list.children].map((row) => [row.dataset.id, row]));
  const rows = items.map((item) => {
    const known = before.get(item.id);
    const state = JSON.stringify(item);
    if (known?.dataset.state === state) return known;
    const row = build(item);
    Object.assign(row.dataset, { id: item.id, state });
    return row;
  });
  if (rows.length !== list.children.length || rows.some((row, at) => list.children[at] !== row)) list.replaceChildren(...rows);
}

const LABELS = { partially_completed: "partly completed", pending_upload: "uploading" };

export const badge = (status) => h("span", { class: `badge ${status}` }, LABELS[status] ?? status.replaceAll("_", " "));

export const plural = (count, word) => `${count.toLocaleString()} ${word}${count === 1 ? "" : "s"}`;

export const when = (time) =>
  h("time", { datetime: time }, new Date(time).toLocaleString([], { dateStyle: "medium", timeStyle: "short" }));

export function toast(text) {
  const place = document.getElementById("toast");
  place.textContent = text;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => (place.textContent = ""), 6000);
}

export const notice = (title, text, ...more) => h("div", { class: "notice" }, h("h2", {}, title), h("p", { class: "quiet" }, text), ...more);
