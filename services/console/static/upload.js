// The form for a new batch.

import { ApiError, post } from "./api.js";
import { h, plural } from "./elements.js";

export function prepareUpload(dialog, onStarted) {
  const form = dialog.querySelector("form");
  const { files, strategy, prompt } = form.elements;
  const outcome = form.querySelector(".outcome");

  files.addEventListener("change", () => (form.querySelector(".chosen").textContent = describe(files.files)));
  form.addEventListener("change", () => {
    form.querySelector(".prompt").hidden = strategy.value !== "global";
    prompt.required = strategy.value === "global";
  });
  form.querySelector("[value=cancel]").addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.submitter.disabled = true;
    outcome.replaceChildren(h("progress", { "aria-label": "Uploading" }));
    try {
      const batch = await post("/api/batches", bodyOf(form));
      form.reset();
      form.querySelector(".chosen").textContent = "";
      outcome.replaceChildren();
      dialog.close();
      onStarted(batch);
    } catch (problem) {
      outcome.replaceChildren(...explain(problem));
    } finally {
      event.submitter.disabled = false;
    }
  });
  return () => dialog.showModal();
}

function bodyOf(form) {
  const body = new FormData(form);
  for (const name of ["name", "prompt"]) if (!body.get(name).trim()) body.delete(name);
  if (body.get("strategy") !== "global") body.delete("prompt");
  return body;
}

function describe(files) {
  const size = [...files].reduce((sum, file) => sum + file.size, 0) / 1e6;
  return `${plural(files.length, "file")}, ${size.toLocaleString([], { maximumSignificantDigits: 2 })} MB`;
}

// No file was good: each with its reason. Everything else: what the server says.
function explain(problem) {
  if (!(problem instanceof ApiError) || !problem.body?.files) return [h("p", { class: "problem" }, problem.message)];
  const reasons = problem.body.files.map((file) => h("li", {}, h("b", {}, file.file_name), " ", file.error?.message, " ", file.error?.advice));
  return [h("p", { class: "problem" }, "No file could be accepted."), h("ul", {}, reasons)];
}
