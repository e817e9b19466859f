// The console: signs in, shows the page that the address names, and keeps it fresh.

import { get, token } from "./api.js";
import { batchList, batchPage } from "./batches.js";
import { fromTemplate, notice, toast } from "./elements.js";
import { prepareUpload } from "./upload.js";

const main = document.getElementById("main");
const BUSY_EVERY = 1500;
const QUIET_EVERY = 10_000;
let page = null;
let leaving = new AbortController();
let timer = 0;

const startBatch = prepareUpload(document.getElementById("upload"), (batch) => {
  const refused = batch.files.filter((file) => file.status === "refused").length;
  toast(refused ? `Started. ${refused} of ${batch.files.length} files were refused.` : "Started.");
  location.hash = `#/batches/${batch.id}`;
});

function open() {
  leaving.abort();
  leaving = new AbortController();
  clearTimeout(timer);
  document.querySelector("nav").hidden = !token.get();
  if (!token.get()) return signIn();
  const id = location.hash.match(/^#\/batches\/([\w-]+)$/)?.[1];
  page = id ? batchPage(id) : batchList(startBatch);
  document.title = `${page.title} · IngestIO`;
  main.replaceChildren(notice("Loading…", ""));
  refresh(true);
}

async function refresh(first = false) {
  clearTimeout(timer);
  const { signal } = leaving;
  let busy = true;
  try {
    if (!document.hidden || first) busy = await page.refresh(signal);
    if (!page.element.isConnected) main.replaceChildren(page.element);
    main.querySelector(":scope > .stale")?.remove();
  } catch (problem) {
    if (signal.aborted) return;
    if (problem.status === 401) return signOut(problem.message);
    if (problem.status === undefined) throw problem;
    fail(problem);
  }
  if (!signal.aborted) timer = setTimeout(refresh, busy ? BUSY_EVERY : QUIET_EVERY);
}

function fail(problem) {
  const title = problem.status === 404 ? "This batch does not exist" : "Not up to date";
  const shown = notice(title, problem.message);
  shown.classList.add("stale");
  shown.setAttribute("role", "alert");
  if (!page.element.isConnected) main.replaceChildren(shown);
  else if (!main.querySelector(":scope > .stale")) main.prepend(shown);
}

function signIn(message = "") {
  const form = fromTemplate("sign-in");
  const outcome = form.querySelector(".outcome");
  outcome.textContent = message;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    token.keep(form.elements.token.value.trim());
    try {
      await get("/api/batches");
      open();
    } catch (problem) {
      token.forget();
      outcome.textContent = problem.message;
    }
  });
  main.replaceChildren(form);
  form.elements.token.focus();
}

function signOut(message) {
  token.forget();
  leaving.abort();
  clearTimeout(timer);
  document.querySelector("nav").hidden = true;
  signIn(message);
}

document.getElementById("new-batch").addEventListener("click", startBatch);
document.getElementById("sign-out").addEventListener("click", () => signOut(""));
main.addEventListener("refresh", () => refresh());
document.addEventListener("visibilitychange", () => page && token.get() && refresh());
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault(); // the address says which page is open
  main.focus();
});
window.addEventListener("hashchange", open);
open();
