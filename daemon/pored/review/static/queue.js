// The queue: rows and hot folders as they are now, search while typing, more rows on demand.
import { complain, get, putInto, whenChanged } from "/static/common.js";

const rows = document.getElementById("rows");
const folders = document.getElementById("folders");
const filter = document.getElementById("filter");
const WAIT = 200;

function query(more = {}) {
  return new URLSearchParams({ ...Object.fromEntries(new FormData(filter)), ...more }).toString();
}

async function show() {
  const most = rows.querySelectorAll(".row").length;
  putInto(rows, await (await get(`/rows?${query({ most })}`)).text());
}

whenChanged(async () => {
  await show();
  putInto(folders, await (await get("/folders")).text());
});

let waiting = 0;
let asked = 0;
function look() {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const number = ++asked;
    try {
      const html = await (await get(`/rows?${query()}`)).text();
      if (number !== asked) return;
      putInto(rows, html);
      history.replaceState(null, "", `/?${query()}`);
    } catch (error) {
      complain(error);
    }
  }, WAIT);
}
filter.addEventListener("input", look);
filter.addEventListener("submit", (event) => { event.preventDefault(); look(); });

rows.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-more]");
  if (!button) return;
  try {
    const html = await (await get(`/rows?${query({ before: button.dataset.more })}`)).text();
    button.parentElement.insertAdjacentHTML("afterend", html);
    const next = button.parentElement.nextElementSibling;
    button.parentElement.remove();
    next?.querySelector("a.name")?.focus();
  } catch (error) {
    complain(error);
  }
});

addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, select, textarea");
  if (event.key === "/" && !typing) {
    event.preventDefault();
    document.getElementById("q").focus();
  }
  if ((event.key === "ArrowDown" || event.key === "ArrowUp") && (!typing || event.target.id === "q")) {
    const names = [...rows.querySelectorAll("a.name")];
    const now = names.indexOf(document.activeElement);
    const next = names[now + (event.key === "ArrowDown" ? 1 : -1)];
    if (next && (now >= 0 || event.key === "ArrowDown")) {
      event.preventDefault();
      next.focus();
    }
  }
});

// How far the work on a picture is, by how long it usually takes; it never says that it is done before it is.
setInterval(() => {
  for (const bar of document.querySelectorAll("progress[data-since]")) {
    const usual = Number(bar.dataset.usual);
    const gone = Date.now() / 1000 - Number(bar.dataset.since);
    if (usual) bar.value = Math.min(95, (100 * gone) / usual);
    bar.title = `${Math.max(0, gone).toFixed(0)} s` + (usual ? `, usually ${usual.toFixed(0)} s` : "");
  }
}, 500);
