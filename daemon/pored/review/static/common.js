// What every page does: send what a button asks for, hear what has changed, and say what went wrong.

export const word = document.querySelector('meta[name="word"]').content;

export async function post(address, body = {}, options = {}) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json", "x-pored-word": word },
    body: JSON.stringify(body),
    ...options,
  });
  if (!answer.ok) throw new Error(await reason(answer));
  return answer;
}

export async function get(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(await reason(answer));
  return answer;
}

async function reason(answer) {
  try {
    return (await answer.json()).error;
  } catch {
    return `The service answered ${answer.status}.`;
  }
}

// A strength as settings write it, in per cent of the original's texture: an opacity of 50 gives what was missing once.
export function shareOf(opacity) {
  const share = /^([\d.]+)% of match$/.exec(opacity);
  return share ? Number(share[1]) : typeof opacity === "number" ? opacity * 2 : 100;
}

const alarm = document.getElementById("say");
let hiding = 0;

export function complain(error) {
  if (error.name === "AbortError") return;
  alarm.textContent = error.message;
  alarm.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { alarm.hidden = true; }, 12000);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-post]");
  if (!button) return;
  event.preventDefault();
  button.disabled = true;
  try {
    await post(button.dataset.post, JSON.parse(button.dataset.body ?? "{}"));
    changed();
  } catch (error) {
    complain(error);
  } finally {
    button.disabled = false;
  }
});

// What changed is asked for once a second at most, and not while an answer is under way.
const listeners = [];
const PAUSE = 1000;
let timer = 0;
let busy = false;
let again = false;

export function whenChanged(listener) {
  listeners.push(listener);
}

function changed() {
  if (busy) {
    again = true;
    return;
  }
  timer ||= setTimeout(tell, 60);
}

async function tell() {
  timer = 0;
  busy = true;
  try {
    await Promise.all(listeners.map((listener) => listener()));
  } catch (error) {
    complain(error);
  }
  setTimeout(() => {
    busy = false;
    if (again) {
      again = false;
      changed();
    }
  }, PAUSE);
}

// The page keeps its focus, and what is folded open, when a part of it is put in anew.
export function putInto(place, html) {
  const held = document.activeElement?.closest?.("[data-id]")?.dataset.id;
  const open = [...place.querySelectorAll("details[open]")].map((each) => each.dataset.id);
  place.innerHTML = html;
  for (const id of open) place.querySelector(`details[data-id="${id}"]`)?.setAttribute("open", "");
  if (held) place.querySelector(`[data-id="${CSS.escape(held)}"]`)?.focus();
}

// A thumbnail that was not ready is asked for again, a little later each time.
const TIMES = 8;
document.addEventListener("error", (event) => {
  const image = event.target;
  if (!(image instanceof HTMLImageElement) || !image.getAttribute("src").startsWith("/thumbnail/")) return;
  const times = Number(image.dataset.times ?? 0) + 1;
  image.dataset.times = times;
  const [address] = image.getAttribute("src").split("&again=");
  image.src = "/static/none.svg";
  if (times <= TIMES) setTimeout(() => { image.src = `${address}&again=${times}`; }, 1000 * times);
}, true);

const line = document.getElementById("line");
const events = new EventSource("/events");
// The first word on the line counts too: something may have changed since the page was made.
events.onmessage = () => {
  line.textContent = "";
  changed();
};
events.onerror = () => { line.textContent = "The service is not to be reached; trying again."; };
addEventListener("pagehide", () => events.close());
