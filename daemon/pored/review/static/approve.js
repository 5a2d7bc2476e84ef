// Results to be approved, worst first, by the keyboard alone: right, less, more, redo.
import { complain, get, post, shareOf, whenChanged } from "/static/common.js";
import { bring, Trial, Viewer } from "/static/viewer.js";

const field = (id) => document.getElementById(id);
const viewer = new Viewer(field("viewer"));
const trial = new Trial(viewer, field("tune-says"));
const LESS = 10;
const STAY = 1500;       // milliseconds on a picture, after which it is got ready for less and more
const [LEAST, MOST] = [10, 200];

let pictures = [];
let now = null;
let share = 100;
let staying = 0;
const put = new Set();   // asked to be done again: offered when it is done
const late = new Set();  // put off: offered after the rest
const done = [];         // to be undone, the last one last

async function fetchList() {
  const folder = encodeURIComponent(field("hot_folder").value);
  pictures = (await (await get(`/approve/list?hot_folder=${folder}`)).json()).pictures;
  count();
}

function count() {
  const number = pictures.length;
  field("left").textContent = number ? `${number}${number === 200 ? " or more" : ""} to look at, worst first` : "Nothing is left to be approved.";
}

async function next() {
  const open = pictures.filter((each) => !put.has(each.version));
  const first = open.find((each) => !late.has(each.version));
  if (!first) late.clear();
  await show(first ?? open.find((each) => each.version !== now?.version) ?? open[0] ?? null);
}

async function show(picture) {
  now = picture;
  clearTimeout(staying);
  trial.set(null);
  for (const id of ["right", "less", "more", "redo", "later"]) field(id).disabled = !now;
  field("name").textContent = now ? now.name : "";
  field("note").textContent = now?.note ?? (pictures.length ? "What is left is being done again. It comes back when it is done." : "");
  field("open").href = now ? `/picture/${now.id}` : "/";
  if (!now) {
    viewer.picture = null;
    viewer.draw();
    return;
  }
  strength(shareOf(now.opacity), false);
  // Whoever has seen enough goes on before it is all there.
  viewer.load(now.id).then(() => {
    if (now !== picture) return;
    ahead();
    staying = setTimeout(() => trial.getReady(picture.id), STAY);
  }, (error) => { viewer.says.textContent = error.message; });
}

// The picture after this one is brought to the screen meanwhile.
function ahead() {
  const after = pictures.find((each) => each.id !== now?.id && !put.has(each.version) && !late.has(each.version));
  if (after) for (const which of ["before", "after"]) bring(after.id, which).catch(() => {});
}

function strength(wanted, tried = true) {
  share = bounded(wanted);
  field("strength").value = `${share} %`;
  if (tried) trial.set({ opacity: opacity() });
}

function bounded(wanted) {
  return Math.min(MOST, Math.max(LEAST, wanted));
}

function opacity() {
  if (share === bounded(shareOf(now.opacity))) return now.opacity;
  return share === 100 ? "match" : `${share}% of match`;
}

const acts = {
  right: async () => {
    await post(`/picture/${now.id}/approve`);
    done.push({ picture: now, back: "disapprove" });
    pictures = pictures.filter((each) => each.id !== now.id);
    count();
    await next();
  },
  less: async () => strength(share - LESS),
  more: async () => strength(share + LESS),
  redo: async () => {
    await post(`/picture/${now.id}/redo`, { wishes: { opacity: opacity() } });
    done.push({ picture: now, back: "take-back" });
    put.add(now.version);
    await next();
  },
  later: async () => {
    done.push({ picture: now, back: "" });
    late.add(now.version);
    await next();
  },
  undo: async () => {
    const last = done.pop();
    if (!last) return;
    put.delete(last.picture.version);
    late.delete(last.picture.version);
    if (last.back === "disapprove") await post(`/picture/${last.picture.id}/disapprove`);
    if (last.back === "take-back") {
      try {
        await post(`/picture/${last.picture.id}/take-back`);
      } catch {
        // The work on it has begun: then it is asked for as it was before.
        await post(`/picture/${last.picture.id}/redo`, { wishes: { opacity: last.picture.opacity } });
        field("tune-says").textContent = "It was begun with already; it will be done once more, as it was before.";
      }
    }
    await fetchList();
    await show(pictures.find((each) => each.id === last.picture.id) ?? now);
  },
};
const keys = { Enter: "right", "-": "less", "+": "more", "=": "more", r: "redo", l: "later", u: "undo" };

let busy = false;
async function act(name) {
  if (busy || (!now && name !== "undo")) return;
  busy = true;
  try {
    await acts[name]();
  } catch (error) {
    complain(error);
  } finally {
    busy = false;
  }
}
for (const name of Object.keys(acts)) field(name).addEventListener("click", () => act(name));
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=range]), select")) return;
  if (event.key === "Enter" && event.target.matches("button, a")) return;
  const name = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!name) return;
  event.preventDefault();
  act(name);
});
field("hot_folder").addEventListener("change", () => fetchList().then(next).catch(complain));
whenChanged(async () => {
  await fetchList();
  if (!now) await next();
});
fetchList().then(next).catch(complain);
