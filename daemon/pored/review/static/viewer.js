// Before and after at 100 %: a pixel of the picture is a pixel of the screen, whatever the browser's own zoom.
import { get, post } from "/static/common.js";

const NEAR = 0.6;      // below this zoom the small picture does
const STEP = 0.12;     // of the view, for an arrow key
const KEPT = 600;      // tiles
const SLOW = 700;      // milliseconds after which is said what is being waited for
const READYING = "Getting the sliders ready ...";
const [SMALLEST, LARGEST] = [0.05, 4];
const [MOUSE, FINGER] = [8, 24];   // pixels of the window from the divide at which it is taken hold of
const MASK = "#ff7a2e";

// A side of a picture is brought to the screen: the name of its tiles, and its size.
export async function bring(job, which) {
  return (await get(`/picture/${job}/side/${which}`)).json();
}

export class Viewer {
  constructor(root) {
    this.canvas = root.querySelector("#canvas");
    this.says = root.querySelector("#viewer-says");
    this.split = root.querySelector("#split");
    this.pen = this.canvas.getContext("2d", { alpha: false });
    this.tiles = new Map();
    this.images = new Map();
    this.picture = null;
    this.trial = null;
    this.flipped = false;
    this.overlay = { mask: false, spots: false };
    this.onmove = () => {};
    this.#listen(root);
    new ResizeObserver(() => this.#resize()).observe(this.canvas);
  }

  // Each side is shown as soon as it is there; what was shown of the same picture stays until all of it is.
  async load(job) {
    this.says.textContent = "Fetching the picture ...";
    this.job = job;
    const found = await (await get(`/picture/${job}/view`)).json();
    if (job !== this.job) return;
    const isKnown = this.shown === job;
    if (!isKnown) {
      this.picture = null;
      this.draw();
    }
    const picture = { ...found, sides: {} };
    const missing = new Set(found.sides);
    const reasons = [];
    await Promise.all(found.sides.map(async (which) => {
      try {
        const side = await bring(job, which);
        if (job !== this.job) return;
        picture.sides[which] = side.name;
        picture.width ??= side.width;
        picture.height ??= side.height;
        missing.delete(which);
        if (!isKnown) this.#show(picture, missing);
      } catch (error) {
        missing.delete(which);
        reasons.push(error.message);
      }
    }));
    if (job !== this.job) return;
    if (!Object.keys(picture.sides).length) throw new Error(reasons[0]);
    this.#show(picture, missing);
    if (reasons.length) this.says.textContent = reasons.join(" ");
    this.trial = null;
    this.mask = null;
    if (this.overlay.mask) await this.#fetchMask();
    this.canvas.dataset.shown = job;
    this.draw();
  }

  #show(picture, missing) {
    const { job } = this;
    const isAsBefore = this.shown === job && this.picture?.width === picture.width && this.picture?.height === picture.height;
    this.picture = picture;
    this.shown = job;
    this.says.textContent = "";
    if (!isAsBefore) {
      this.at = -1;
      this.fit();
      if (picture.faces.length) this.nextFace();
    }
    if (missing.size) this.says.textContent = `Fetching how it was ${[...missing].join(" and ")} ...`;
    this.draw();
  }

  get ratio() { return window.devicePixelRatio || 1; }

  #resize() {
    const box = this.canvas.getBoundingClientRect();
    this.canvas.width = Math.max(1, Math.round(box.width * this.ratio));
    this.canvas.height = Math.max(1, Math.round(box.height * this.ratio));
    if (this.picture && this.whole) this.fit();
    this.draw();
  }

  fit() {
    const { width, height } = this.picture;
    this.zoom = Math.min(this.canvas.width / width, this.canvas.height / height);
    this.x = width / 2;
    this.y = height / 2;
    this.whole = true;
    this.#moved();
  }

  zoomTo(zoom, x = this.x, y = this.y) {
    this.whole = false;
    this.zoom = zoom;
    this.x = x;
    this.y = y;
    this.#moved();
  }

  nextFace() {
    const faces = this.picture?.faces ?? [];
    if (!faces.length) return;
    this.at = (this.at + 1) % faces.length;
    const [x0, y0, x1, y1] = faces[this.at];
    this.zoomTo(Math.max(1, this.zoom === 2 ? 2 : 1), (x0 + x1) / 2, (y0 + y1) / 2);
    this.says.textContent = faces.length > 1 ? `Face ${this.at + 1} of ${faces.length}` : "";
  }

  // The part of the picture that is on the screen, in its pixels.
  part() {
    const { width, height } = this.picture;
    const across = this.canvas.width / this.zoom / 2;
    const down = this.canvas.height / this.zoom / 2;
    const box = [this.x - across, this.y - down, this.x + across, this.y + down].map(Math.round);
    return [Math.max(0, box[0]), Math.max(0, box[1]), Math.min(width, box[2]), Math.min(height, box[3])];
  }

  #moved() {
    const { width, height } = this.picture;
    this.x = Math.min(Math.max(this.x, 0), width);
    this.y = Math.min(Math.max(this.y, 0), height);
    this.canvas.dataset.looks = `${this.x.toFixed(1)} ${this.y.toFixed(1)} ${this.zoom.toFixed(3)}`;
    this.draw();
    this.onmove();
  }

  draw() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    const { pen, canvas, picture } = this;
    pen.fillStyle = "#777";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    if (!picture) return;
    const left = Math.round(canvas.width / 2 - this.x * this.zoom);
    const top = Math.round(canvas.height / 2 - this.y * this.zoom);
    const { before, after } = picture.sides;
    const first = before ?? after;
    const second = after ?? before;
    const both = Boolean(before && after);
    const divide = this.flipped ? null : both ? Math.round((Number(this.split.value) / 100) * canvas.width) : 0;
    if (divide === null) {
      this.#side(first, left, top);
    } else {
      this.#clipped(0, divide, () => this.#side(first, left, top));
      this.#clipped(divide, canvas.width, () => {
        this.#side(second, left, top);
        this.#trial(left, top);
        this.#overlays(left, top);
      });
      if (both) {
        pen.fillStyle = "#fff";
        pen.fillRect(divide - 1, 0, 2, canvas.height);
      }
    }
    this.#label(divide, both);
  }

  #clipped(from, to, work) {
    this.pen.save();
    this.pen.beginPath();
    this.pen.rect(from, 0, to - from, this.canvas.height);
    this.pen.clip();
    work();
    this.pen.restore();
  }

  #side(name, left, top) {
    const { pen, picture, zoom } = this;
    pen.imageSmoothingEnabled = zoom < 1;
    pen.imageSmoothingQuality = "high";
    const overview = this.#image(`/tile/${name}/overview.jpg`);
    if (overview) pen.drawImage(overview, left, top, picture.width * zoom, picture.height * zoom);
    if (zoom < NEAR && overview && overview.width >= Math.min(picture.width, picture.width * zoom)) return;
    const size = picture.tile;
    const [x0, y0, x1, y1] = this.part();
    for (let row = Math.floor(y0 / size); row * size < y1; row++) {
      for (let column = Math.floor(x0 / size); column * size < x1; column++) {
        const tile = this.#image(`/tile/${name}/${column}-${row}.jpg`);
        if (!tile) continue;
        const x = left + Math.round(column * size * zoom);
        const y = top + Math.round(row * size * zoom);
        pen.drawImage(tile, x, y, Math.round(tile.width * zoom), Math.round(tile.height * zoom));
      }
    }
  }

  #trial(left, top) {
    if (!this.trial) return;
    const { image, part: [x0, y0] } = this.trial;
    this.pen.imageSmoothingEnabled = this.zoom < 1;
    this.pen.drawImage(image, left + x0 * this.zoom, top + y0 * this.zoom, image.width * this.zoom, image.height * this.zoom);
  }

  #overlays(left, top) {
    const { pen, zoom, picture } = this;
    if (this.overlay.mask && this.mask) {
      pen.globalAlpha = 0.35;
      pen.imageSmoothingEnabled = true;
      pen.drawImage(this.mask, left, top, picture.width * zoom, picture.height * zoom);
      pen.globalAlpha = 1;
    }
    if (this.overlay.spots) {
      pen.lineWidth = Math.max(2, 2 * this.ratio);
      for (const [x, y, radius] of picture.spots) {
        const reach = Math.max(6 * this.ratio, (radius + 3) * zoom);
        for (const [colour, wider] of [["#000", 1.5], ["#fff", 0]]) {
          pen.strokeStyle = colour;
          pen.beginPath();
          pen.arc(left + x * zoom, top + y * zoom, reach + wider, 0, 2 * Math.PI);
          pen.stroke();
        }
      }
    }
  }

  #label(divide, both) {
    const { pen, canvas } = this;
    pen.font = `${Math.round(15 * this.ratio)}px sans-serif`;
    const low = canvas.height - 12 * this.ratio;
    const put = (text, x, y, align) => {
      pen.textAlign = align;
      pen.lineWidth = 4 * this.ratio;
      pen.strokeStyle = "#222";
      pen.strokeText(text, x, y);
      pen.fillStyle = "#fff";
      pen.fillText(text, x, y);
    };
    const right = canvas.width - 12 * this.ratio;
    put(`${Math.round(this.zoom * 100)} %`, right, 24 * this.ratio, "right");
    if (!both) return;
    put(divide === null ? "before (flipped)" : "before", 12 * this.ratio, low, "left");
    if (divide !== null) put(this.trial ? "trial" : "after", right, low, "right");
  }

  #image(address) {
    const known = this.tiles.get(address);
    if (known) return known.complete && known.naturalWidth ? known : null;
    const image = new Image();
    image.onload = () => this.draw();
    image.src = address;
    if (this.tiles.size > KEPT) this.tiles.delete(this.tiles.keys().next().value);
    this.tiles.set(address, image);
    return null;
  }

  async #fetchMask() {
    if (this.mask) return;
    this.says.textContent = "Looking at the mask ...";
    const { name } = await (await get(`/picture/${this.job}/mask`)).json();
    const image = new Image();
    image.src = `/tile/${name}/overview.jpg`;
    await image.decode();
    const sheet = document.createElement("canvas");
    sheet.width = image.width;
    sheet.height = image.height;
    const pen = sheet.getContext("2d");
    pen.drawImage(image, 0, 0);
    const grey = pen.getImageData(0, 0, sheet.width, sheet.height);
    const [red, green, blue] = [1, 3, 5].map((from) => parseInt(MASK.slice(from, from + 2), 16));
    for (let at = 0; at < grey.data.length; at += 4) {
      grey.data[at + 3] = grey.data[at];
      [grey.data[at], grey.data[at + 1], grey.data[at + 2]] = [red, green, blue];
    }
    pen.putImageData(grey, 0, 0);
    this.mask = sheet;
    this.says.textContent = "";
  }

  flip(on = !this.flipped) {
    this.flipped = on;
    document.getElementById("flip").setAttribute("aria-pressed", String(on));
    this.draw();
  }

  async toggle(which) {
    this.overlay[which] = !this.overlay[which];
    document.getElementById(which).setAttribute("aria-pressed", String(this.overlay[which]));
    if (which === "mask" && this.overlay.mask) {
      try {
        await this.#fetchMask();
      } catch (error) {
        this.says.textContent = error.message;
      }
    }
    if (which === "spots") {
      const number = this.picture?.spots.length ?? 0;
      this.says.textContent = this.overlay.spots ? `${number} guarded ${number === 1 ? "spot" : "spots"}` : "";
    }
    this.draw();
  }

  #listen(root) {
    this.split.addEventListener("input", () => { this.flip(false); });
    root.querySelector("#flip").addEventListener("click", () => this.flip());
    root.querySelector("#face").addEventListener("click", () => this.nextFace());
    for (const which of ["mask", "spots"]) {
      root.querySelector(`#${which}`).addEventListener("click", () => this.toggle(which));
    }
    for (const button of root.querySelectorAll("[data-zoom]")) {
      button.addEventListener("click", () => this.#zoomKey(button.dataset.zoom));
    }
    addEventListener("keydown", (event) => this.#key(event));
    this.#listenToPointers();
  }

  #zoomKey(key) {
    if (!this.picture) return;
    if (key === "0") this.fit();
    else this.zoomTo(Number(key));
  }

  #key(event) {
    if (!this.picture || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input:not([type=range]), select, dialog *")) return;
    if (event.target.matches("input") && event.key.startsWith("Arrow")) return;
    if (event.key === " " && event.target.matches("button, a")) return;
    const keys = {
      f: () => this.flip(), " ": () => this.flip(), n: () => this.nextFace(), m: () => this.toggle("mask"), g: () => this.toggle("spots"),
      0: () => this.fit(), 1: () => this.zoomTo(1), 2: () => this.zoomTo(2),
      ArrowLeft: () => this.#pan(-1, 0), ArrowRight: () => this.#pan(1, 0), ArrowUp: () => this.#pan(0, -1), ArrowDown: () => this.#pan(0, 1),
    };
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  #pan(across, down) {
    this.whole = false;
    this.x += (across * STEP * this.canvas.width) / this.zoom;
    this.y += (down * STEP * this.canvas.height) / this.zoom;
    this.#moved();
  }

  // Mouse, pen and fingers: one moves the picture, or the divide where it is taken hold of; two zoom as well.
  #listenToPointers() {
    const { canvas } = this;
    const pointers = new Map();
    let divides = false;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      divides = pointers.size === 1 && this.#isAtDivide(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      const here = { x: event.clientX, y: event.clientY };
      if (!pointers.has(event.pointerId) || !this.picture) {
        canvas.style.cursor = this.#isAtDivide(event) ? "col-resize" : "";
        return;
      }
      if (divides) {
        const box = canvas.getBoundingClientRect();
        this.split.value = (100 * (here.x - box.left)) / box.width;
        this.draw();
        return;
      }
      const before = hold(pointers);
      pointers.set(event.pointerId, here);
      const after = hold(pointers);
      this.whole = false;
      this.x -= ((after.x - before.x) * this.ratio) / this.zoom;
      this.y -= ((after.y - before.y) * this.ratio) / this.zoom;
      this.#zoomAt(before.gap ? (this.zoom * after.gap) / before.gap : this.zoom, after);
    });
    const lift = (event) => {
      pointers.delete(event.pointerId);
      divides = false;
    };
    canvas.addEventListener("pointerup", lift);
    canvas.addEventListener("pointercancel", lift);
    canvas.addEventListener("wheel", (event) => {
      if (!this.picture) return;
      event.preventDefault();
      this.#zoomAt(this.zoom * 2 ** (-event.deltaY / 400), { x: event.clientX, y: event.clientY });
    }, { passive: false });
  }

  #isAtDivide(event) {
    if (this.flipped || !this.picture?.sides.before || !this.picture.sides.after) return false;
    const box = this.canvas.getBoundingClientRect();
    const reach = event.pointerType === "touch" ? FINGER : MOUSE;
    return Math.abs(event.clientX - box.left - (Number(this.split.value) / 100) * box.width) < reach;
  }

  // What lies under that place of the window stays there.
  #zoomAt(zoom, { x, y }) {
    const wanted = Math.min(LARGEST, Math.max(SMALLEST, zoom));
    const box = this.canvas.getBoundingClientRect();
    const across = (x - box.left) * this.ratio - this.canvas.width / 2;
    const down = (y - box.top) * this.ratio - this.canvas.height / 2;
    this.zoomTo(wanted, this.x + across / this.zoom - across / wanted, this.y + down / this.zoom - down / wanted);
  }
}

// Where all fingers are on average, and how far two are apart; 0 for one.
function hold(pointers) {
  const all = [...pointers.values()];
  const mean = (key) => all.reduce((sum, each) => sum + each[key], 0) / all.length;
  const gap = all.length > 1 ? Math.hypot(all[0].x - all[1].x, all[0].y - all[1].y) : 0;
  return { x: mean("x"), y: mean("y"), gap };
}

// Other settings, on what is looked at: one question at a time, always the newest.
export class Trial {
  constructor(viewer, says) {
    this.viewer = viewer;
    this.says = says;
    this.busy = false;
    viewer.onmove = () => { if (this.wishes) this.ask(); };
  }

  set(wishes) {
    this.wishes = wishes && Object.keys(wishes).length ? wishes : null;
    if (!this.wishes) {
      this.viewer.trial = null;
      this.says.textContent = "";
      this.viewer.draw();
      return;
    }
    this.ask();
  }

  // The pair is got ready while it is looked at, so that the first move of a slider is answered at once, too.
  async getReady(job) {
    const slow = setTimeout(() => { if (!this.busy) this.says.textContent = READYING; }, SLOW);
    try {
      await get(`/picture/${job}/ready`);
    } catch (error) {
      if (this.viewer.job === job) this.says.textContent = error.message;
    } finally {
      clearTimeout(slow);
      if (this.says.textContent === READYING) this.says.textContent = "";
    }
  }

  async ask() {
    this.due = true;
    if (this.busy) return;
    this.busy = true;
    const slow = setTimeout(() => { this.says.textContent = `${READYING} The sliders answer at once after that.`; }, SLOW);
    try {
      while (this.due && this.wishes) {
        this.due = false;
        const { wishes, viewer } = this;
        const job = viewer.job;
        const start = performance.now();
        const answer = await post(`/picture/${job}/try`, { wishes, part: viewer.part() });
        const image = await createImageBitmap(await answer.blob(), { colorSpaceConversion: "none" });
        if (this.wishes && viewer.job === job) {
          viewer.trial = { image, part: JSON.parse(answer.headers.get("x-part")) };
          viewer.draw();
          this.says.textContent = `This is how it would look (${((performance.now() - start) / 1000).toFixed(2)} s).`;
        }
      }
    } catch (error) {
      this.says.textContent = error.message;
    } finally {
      clearTimeout(slow);
      this.busy = false;
    }
  }
}
