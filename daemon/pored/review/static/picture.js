// One picture: what is said of it, other settings, pairing by hand.
import { complain, get, post, putInto, shareOf, whenChanged } from "/static/common.js";
import { Trial, Viewer } from "/static/viewer.js";

const root = document.getElementById("viewer");
const job = root.dataset.job;
const viewer = new Viewer(root);
const facts = document.getElementById("facts");

function load() {
  return viewer.load(job).catch((error) => { viewer.says.textContent = error.message; });
}
const loaded = load();

const form = document.getElementById("tune");

whenChanged(async () => {
  const version = () => facts.querySelector("[data-version]").dataset.version;
  const before = version();
  putInto(facts, await (await get(`/picture/${job}/facts`)).text());
  if (version() === before) return;
  const state = facts.querySelector(".mark").textContent;
  if (state !== "running" && state !== "queued" && state !== "waiting") {
    if (!form && /done|nothing/.test(state)) location.reload();
    else await load();
  }
});

if (form) tune();

function tune() {
  const field = (id) => document.getElementById(id);
  const [opacity, radius, guard, method, scope] = ["opacity", "radius", "guard", "method", "scope"].map(field);
  const trial = new Trial(viewer, field("tune-says"));
  const settings = JSON.parse(field("settings").textContent);

  function reset() {
    opacity.value = shareOf(settings.opacity);
    radius.value = settings.radius === "auto" ? 0 : settings.radius;
    guard.value = settings.guard_blemishes ? settings.guard_strength : 0;
    method.value = settings.method;
    scope.value = settings.scope;
    show();
  }

  function show() {
    field("opacity-shown").value = `${opacity.value} % of the original's texture`;
    field("radius-shown").value = Number(radius.value) ? `${radius.value} px` : "auto";
    field("guard-shown").value = Number(guard.value) ? guard.value : "off";
  }

  function wishes() {
    const share = Number(opacity.value);
    const wanted = {
      opacity: share === 100 ? "match" : `${share}% of match`,
      radius: Number(radius.value) ? Math.max(0.5, Number(radius.value)) : "auto",
      guard_blemishes: Number(guard.value) > 0,
      guard_strength: Number(guard.value) || settings.guard_strength,
      method: method.value,
      scope: scope.value,
    };
    return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => moved.has(key) && value !== settings[key]));
  }

  const moved = new Set();
  const keys = { opacity: ["opacity"], radius: ["radius"], guard: ["guard_blemishes", "guard_strength"], method: ["method"], scope: ["scope"] };
  form.addEventListener("input", (event) => {
    for (const key of keys[event.target.id] ?? []) moved.add(key);
    show();
    trial.set(wishes());
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await post(`/picture/${job}/redo`, { wishes: wishes() });
      field("tune-says").textContent = "It will be done again with these.";
      Object.assign(settings, wishes());
      moved.clear();
    } catch (error) {
      complain(error);
    }
  });
  field("reset").addEventListener("click", () => {
    moved.clear();
    reset();
    trial.set(null);
  });

  const dialog = field("really");
  const folder = encodeURIComponent(form.dataset.hotFolder);
  field("from-now-on").addEventListener("click", async () => {
    try {
      const { changes } = await (await post(`/folder/${folder}/changes`, { wishes: wishes() })).json();
      const list = field("really-changes");
      list.replaceChildren(...changes.map(([key, now, then]) => {
        const item = document.createElement("li");
        item.textContent = `${key.replaceAll("_", " ")}: ${inWords(now)} becomes ${inWords(then)}`;
        return item;
      }));
      if (!changes.length) list.innerHTML = "<li>Nothing would change.</li>";
      field("really-yes").disabled = !changes.length;
      dialog.showModal();
    } catch (error) {
      complain(error);
    }
  });
  field("really-no").addEventListener("click", () => dialog.close());
  field("really-yes").addEventListener("click", async () => {
    dialog.close();
    try {
      await post(`/folder/${folder}/choose`, { wishes: wishes() });
      field("tune-says").textContent = "Set for this hot folder from now on.";
    } catch (error) {
      complain(error);
    }
  });
  reset();
  loaded.then(() => trial.getReady(job));
}

function inWords(value) {
  return { true: "on", false: "off" }[value] ?? value;
}

const pair = document.getElementById("pair");
pair.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = document.getElementById("original").value;
  const list = document.getElementById("found");
  try {
    const { found, is_all } = await (await get(`/picture/${job}/originals?q=${encodeURIComponent(text)}`)).json();
    list.replaceChildren(...found.map((each) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = each.path;
      button.dataset.post = `/picture/${job}/pair`;
      button.dataset.body = JSON.stringify(each);
      item.append(button);
      return item;
    }));
    if (!found.length || !is_all) {
      const item = document.createElement("li");
      item.textContent = found.length ? "There are more; write more of the name." : "No original has that in its name.";
      list.append(item);
    }
  } catch (error) {
    complain(error);
  }
});
