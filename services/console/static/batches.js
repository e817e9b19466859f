// The list of batches, and one batch with its documents and exports.

import { download, get, getPages, post } from "./api.js";
import { badge, fromTemplate, h, notice, plural, toast, update, when } from "./elements.js";

const RUNNING = new Set(["pending_upload", "queued", "processing", "cancelling"]);

export function batchList(startBatch) {
  const rows = h("ul", { class: "batches", "aria-label": "Batches" });
  const begin = h("button", { class: "primary", type: "button", onclick: startBatch }, "New batch");
  const empty = notice("Nothing here yet", "Hand in some invoices or receipts and watch them become rows.", begin);
  const { pages, more } = pager();
  return {
    title: "Batches",
    element: h("section", {}, h("h1", {}, "Batches"), rows, empty, more),
    async refresh(signal) {
      const found = await getPages("/api/batches", pages(), signal);
      update(rows, found.items, batchRow);
      empty.hidden = found.items.length > 0;
      more.hidden = !found.more;
      return found.items.some((batch) => RUNNING.has(batch.status));
    },
  };
}

export function batchPage(id) {
  const path = `/api/batches/${encodeURIComponent(id)}`;
  const summary = h("div", { class: "card" });
  const rows = h("tbody");
  const head = h("tr", {}, ["File", "Type", "Status", "Pages"].map((name) => h("th", { scope: "col" }, name)));
  const { pages, more } = pager();
  const exporting = fromTemplate("export-form");
  exporting.addEventListener("submit", (event) => startExport(event, id));
  return {
    title: "Batch",
    element: h("section", {}, h("a", { class: "back", href: "#/" }, "← All batches"), summary, exporting,
      h("div", { class: "card table" }, h("table", {}, h("caption", {}, "Documents"), h("thead", {}, head), rows)), more),
    async refresh(signal) {
      const [batch, documents] = await Promise.all([get(path, signal), getPages(`${path}/documents`, pages(), signal)]);
      document.title = `${batch.name} · IngestIO`;
      summary.replaceChildren(h("div", { class: "head" }, h("h1", {}, batch.name), badge(batch.status)), progress(batch), facts(batch));
      update(rows, documents.items, documentRow);
      more.hidden = !documents.more;
      return RUNNING.has(batch.status);
    },
  };
}

function batchRow(batch) {
  return h("li", { class: "card" },
    h("div", { class: "head" }, h("a", { href: `#/batches/${batch.id}` }, batch.name), badge(batch.status)),
    progress(batch), facts(batch));
}

const done = (batch) => batch.total_documents - batch.in_progress - (batch.queued ?? 0);

function progress(batch) {
  const value = Math.min(done(batch), batch.total_documents);
  return h("progress", { max: Math.max(batch.total_documents, 1), value, "aria-label": `${value} of ${batch.total_documents} documents` });
}

function facts(batch) {
  const marks = [
    batch.failed > 0 && h("span", { class: "failed" }, `${batch.failed} failed`),
    batch.needs_review > 0 && h("span", { class: "needs-review" }, `${batch.needs_review} to review`),
  ];
  return h("p", { class: "facts quiet" }, h("span", {}, `${batch.completed} of ${plural(batch.total_documents, "document")} read`), ...marks, when(batch.created_at));
}

function documentRow(item) {
  const status = item.status === "processing" && item.stage ? item.stage : item.status;
  const error = item.error && h("p", { class: "problem" }, h("b", {}, item.error.message), " ", item.error.advice);
  return h("tr", {},
    h("td", { "data-label": "File" }, item.file_name, error),
    h("td", { "data-label": "Type" }, (item.document_type ?? "–").replaceAll("_", " ")),
    h("td", { "data-label": "Status" }, h("span", { class: `badge ${item.status}` }, status.replaceAll("_", " ")), " ", item.needs_review && badge("needs_review")),
    h("td", { "data-label": "Pages", class: "number" }, String(item.pages ?? "–")));
}

async function startExport(event, batchId) {
  event.preventDefault();
  const { format, layout } = Object.fromEntries(new FormData(event.target));
  const button = event.submitter;
  button.disabled = true;
  button.textContent = "Exporting…";
  try {
    let found = await post("/api/exports", { batch_id: batchId, format, layout });
    while (!["completed", "failed", "expired"].includes(found.status)) {
      await new Promise((resolve) => setTimeout(resolve, 800));
      found = await get(`/api/exports/${found.id}`);
    }
    if (found.status !== "completed") throw new Error("The export failed. Try it again.");
    await download(`/api/exports/${found.id}/download`, `${document.querySelector("h1").textContent}.${format}`);
    toast("The export is in your downloads.");
  } catch (problem) {
    toast(problem.message);
  } finally {
    button.disabled = false;
    button.textContent = "Export";
  }
}

function pager() {
  let pages = 1;
  const show = () => {
    pages += 1;
    more.dispatchEvent(new CustomEvent("refresh", { bubbles: true }));
  };
  const more = h("button", { type: "button", class: "more", hidden: true, onclick: show }, "Show more");
  return { pages: () => pages, more };
}
