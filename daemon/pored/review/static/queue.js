// The queue: rows and hot folders as they are now, search while typing, more rows on demand.
import { complain, get, putInto, whenChanged } from "/static/common.js";

const rows = document.getElementById("rows");
const folders = document.getElementById("folders");
const filter = document.getElementById("filter");
const WAIT = 200;
const MOST_ROWS = 600;   // in one answer

function query(more = {}) {
  return new URLSearchParams({ ...Object.fromEntries(new FormData(filter)), ...more }).toString();
}

// Counts what people ask for: an answer to what was asked before is out of date.
let turn = 0;

// Rows behind what one answer holds stay as they are.
async function show() {
  let now;
  let html;
  do {
    now = turn;
    const most = rows.querySelectorAll(".row").length;
    html = await (await get(`/rows?${query({ most })}`)).text();
  } while (now !== turn);
  const behind = [...rows.children].slice(MOST_ROWS);
  putInto(rows, html);
  if (!behind.length) return;
  rows.querySelector(".more")?.remove();
  rows.append(...behind);
  showEachOnce();
}

function showEachOnce() {
  const shown = new Set();
  for (const row of [...rows.querySelectorAll(".row")]) {
    if (shown.has(row.dataset.job)) row.remove();
    shown.add(row.dataset.job);
  }
}

whenChanged(async () => {
  await show();
  putInto(folders, await (await get("/folders")).text());
});

let waiting = 0;
function look() {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const now = ++turn;
    try {
      const html = await (await get(`/rows?${query()}`)).text();
      if (now !== turn) return;
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
  button.disabled = true;
  try {
    const asked = query();
    const html = await (await get(`/rows?${query({ before: button.dataset.more })}`)).text();
    const more = rows.querySelector(".more");
    if (asked !== query() || !more) return;
    turn += 1;
    more.insertAdjacentHTML("afterend", html);
    const next = more.nextElementSibling;
    more.remove();
    next?.querySelector("a.name")?.focus();
    showEachOnce();
  } catch (error) {
    button.disabled = false;
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
