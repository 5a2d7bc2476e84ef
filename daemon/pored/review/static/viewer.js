// Before and after at 100 %: a pixel of the picture is a pixel of the screen, whatever the browser's own zoom.
import { get } from "/static/common.js";

const NEAR = 0.6;      // below this zoom the small picture does
const STEP = 0.12;     // of the view, for an arrow key
const KEPT = 600;      // tiles
const MASK = "#ff7a2e";

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

  async load(job) {
    this.says.textContent = "Fetching the picture ...";
    this.job = job;
    const picture = await (await get(`/picture/${job}/view`)).json();
    if (job !== this.job) return;
    const same = this.picture && this.picture.width === picture.width && this.picture.height === picture.height && this.shown === job;
    this.picture = picture;
    this.shown = job;
    this.trial = null;
    this.mask = null;
    this.says.textContent = "";
    if (!same) {
      this.at = -1;
      this.fit();
      if (picture.faces.length) this.nextFace();
    }
    if (this.overlay.mask) await this.#fetchMask();
    this.canvas.dataset.shown = job;
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
    const divide = this.flipped ? null : (Number(this.split.value) / 100) * canvas.width;
    if (divide === null) {
      this.#side(first, left, top);
    } else {
      this.#clipped(0, divide, () => this.#side(first, left, top));
      this.#clipped(divide, canvas.width, () => {
        this.#side(second, left, top);
        this.#trial(left, top);
        this.#overlays(left, top);
      });
      if (before && after) {
        pen.fillStyle = "#fff";
        pen.fillRect(Math.round(divide) - 1, 0, 2, canvas.height);
      }
    }
    this.#label(divide, before && after);
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
      for (const [x, y, radius] of this.trial?.spots ?? picture.spots) {
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
    if (!both) return;
    pen.font = `${Math.round(15 * this.ratio)}px sans-serif`;
    const y = canvas.height - 12 * this.ratio;
    const put = (text, x, align) => {
      pen.textAlign = align;
      pen.lineWidth = 4 * this.ratio;
      pen.strokeStyle = "#222";
      pen.strokeText(text, x, y);
      pen.fillStyle = "#fff";
      pen.fillText(text, x, y);
    };
    put(divide === null ? "before (flipped)" : "before", 12 * this.ratio, "left");
    put(`${Math.round(this.zoom * 100)} %`, canvas.width / 2, "center");
    if (divide !== null) put(this.trial ? "trial" : "after", canvas.width - 12 * this.ratio, "right");
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

  #listenToPointers() {
    const pointers = new Map();
    let gap = 0;
    const spread = () => {
      const [one, two] = [...pointers.values()];
      return two ? Math.hypot(one.x - two.x, one.y - two.y) : 0;
    };
    this.canvas.addEventListener("pointerdown", (event) => {
      this.canvas.setPointerCapture(event.pointerId);
      pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      gap = spread();
    });
    this.canvas.addEventListener("pointermove", (event) => {
      const from = pointers.get(event.pointerId);
      if (!from || !this.picture) return;
      this.whole = false;
      this.x -= ((event.clientX - from.x) * this.ratio) / this.zoom / pointers.size;
      this.y -= ((event.clientY - from.y) * this.ratio) / this.zoom / pointers.size;
      pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      const now = spread();
      if (gap && now) this.zoom = Math.min(4, Math.max(0.05, (this.zoom * now) / gap));
      gap = now;
      this.#moved();
    });
    const lift = (event) => {
      pointers.delete(event.pointerId);
      gap = spread();
    };
    this.canvas.addEventListener("pointerup", lift);
    this.canvas.addEventListener("pointercancel", lift);
    this.canvas.addEventListener("wheel", (event) => {
      if (!this.picture) return;
      event.preventDefault();
      const box = this.canvas.getBoundingClientRect();
      const across = (event.clientX - box.left) * this.ratio - this.canvas.width / 2;
      const down = (event.clientY - box.top) * this.ratio - this.canvas.height / 2;
      const zoom = Math.min(4, Math.max(0.05, this.zoom * 2 ** (-event.deltaY / 400)));
      this.zoomTo(zoom, this.x + across / this.zoom - across / zoom, this.y + down / this.zoom - down / zoom);
    }, { passive: false });
  }
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

  async ask() {
    this.due = true;
    if (this.busy) return;
    this.busy = true;
    const slow = setTimeout(() => { this.says.textContent = "Getting the picture ready; the first look takes as long as the work itself ..."; }, 700);
    try {
      const { post } = await import("/static/common.js");
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
