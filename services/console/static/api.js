// The public API, called with the token of this tab.

const KEY = "ingestio.token";

export const token = {
  get: () => sessionStorage.getItem(KEY),
  keep: (value) => sessionStorage.setItem(KEY, value),
  forget: () => sessionStorage.removeItem(KEY),
};

// What went wrong, in words for the person in front of the page. `body` is the answer, where there was one.
export class ApiError extends Error {
  constructor(message, status = 0, body = null) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

export async function request(path, options = {}) {
  const headers = { authorization: `Bearer ${token.get()}`, ...options.headers };
  let answer;
  try {
    answer = await fetch(path, { ...options, headers, cache: "no-store" });
  } catch (problem) {
    if (problem.name === "AbortError") throw problem;
    throw new ApiError("The server cannot be reached. Check your connection; this page keeps trying.");
  }
  if (answer.ok) return answer;
  const body = await answer.json().catch(() => null);
  throw new ApiError(messageOf(answer, body), answer.status, body);
}

export const get = async (path, signal) => (await request(path, { signal })).json();

export const post = async (path, body) => {
  const form = body instanceof FormData;
  const headers = form ? {} : { "content-type": "application/json" };
  return (await request(path, { method: "POST", headers, body: form ? body : JSON.stringify(body) })).json();
};

// A list of several answers, as long as the reader has asked for.
export async function getPages(path, pages, signal) {
  const items = [];
  let cursor = null;
  for (let page = 0; page < pages && (page === 0 || cursor); page += 1) {
    const answer = await get(cursor ? `${path}?cursor=${encodeURIComponent(cursor)}` : path, signal);
    items.push(...answer.items);
    cursor = answer.next_cursor;
  }
  return { items, more: Boolean(cursor) };
}

export async function download(path, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await (await request(path)).blob());
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function messageOf(answer, body) {
  if (answer.status === 401) return "This token is not known, or no longer. Sign in with another one.";
  if (answer.status === 429) return `Too many requests. Try again in ${answer.headers.get("retry-after") ?? "a few"} seconds.`;
  if (answer.status >= 500) return "The server has a problem. Nothing is lost; try again in a moment.";
  return body?.detail ?? body?.title ?? `The server refused this (${answer.status}).`;
}
