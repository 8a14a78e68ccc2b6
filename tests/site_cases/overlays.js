// A picture with a magenta patch where its face is, shown in many ways of CSS, and drawn over: a green
// box around the patch, and in it a blue mark at its upper left and a yellow one at its upper right.
// What is drawn as text reads from blue to yellow.

const SIZE = { width: 320, height: 213 };
export const PATCH = { x: 190, y: 60, width: 60, height: 45 };
const CSS = `
  body { margin: 0; width: 1240px; }
  canvas { border: 9px solid orange; max-width: 10px; filter: invert(1); } /* the page's own, not for overlays */
  .case { position: relative; float: left; width: 300px; height: 230px; overflow: hidden; }
  .case > p { position: absolute; margin: 0; bottom: 0; left: 4px; font: 11px sans-serif; }
  @keyframes swing { to { transform: translateX(60px) rotate(20deg); } }
  .ground { position: absolute; left: 40px; top: 20px; }`;

function painted() {
  const canvas = Object.assign(document.createElement("canvas"), SIZE);
  const context = canvas.getContext("2d");
  context.fillStyle = "#bbb";
  context.fillRect(0, 0, SIZE.width, SIZE.height);
  context.fillStyle = "#f0f";
  context.fillRect(PATCH.x, PATCH.y, PATCH.width, PATCH.height);
  return canvas;
}

export const KINDS = {
  async img() {
    const image = Object.assign(new Image(), { src: painted().toDataURL() });
    await image.decode();
    return image;
  },
  canvas: async () => painted(),
  async video() {
    const canvas = painted();
    const made = Object.assign(document.createElement("video"), { muted: true, playsInline: true });
    made.srcObject = canvas.captureStream();
    const again = () => {
      canvas.getContext("2d").drawImage(painted(), 0, 0); // a stream begins with the next change
      requestAnimationFrame(again);
    };
    again();
    await made.play();
    return made;
  },
};

export function draw(context, [face]) {
  const box = face.face?.detection.box ?? face;
  context.strokeStyle = "#0f0";
  context.lineWidth = 2;
  context.strokeRect(box.x, box.y, box.width, box.height);
  context.fillStyle = "#00f";
  context.fillRect(box.x + 4, box.y + 4, 8, 8);
  context.fillStyle = "#ff0";
  context.fillRect(box.x + box.width - 12, box.y + 4, 8, 8);
}

/** Answers of a detector that finds the patch, for createFace. */
export async function answer({ call }) {
  if (call !== "track") return { value: null, loaded: [] };
  const box = [PATCH.x / SIZE.width, PATCH.y / SIZE.height, PATCH.width / SIZE.width, PATCH.height / SIZE.height];
  const size = [SIZE.width, SIZE.height];
  const face = { id: 1, face: { score: 0.9, box, size }, seconds: 0, velocity: [0, 0] };
  return { value: { faces: [face], milliseconds: 1, size } };
}

/**
 * Shows cases { name, kind = "img", style, around, html, root, canvas }. style: of the element; around: of
 * its parent. html: what is around it instead, with <i></i> in its place. root: of a shadow root that it is
 * in. canvas: style of a canvas of the page after it; pixels: how many it has. Then drawOver(element, canvas) is called for each.
 */
export async function show(cases, drawOver) {
  document.head.append(Object.assign(document.createElement("style"), { textContent: CSS }));
  for (const { name, kind = "img", style, around = "", html, root, canvas, pixels } of cases) {
    const element = await KINDS[kind]();
    element.style.cssText = kind === "canvas" ? `all: revert; ${style}` : style;
    const place = Object.assign(document.createElement("div"), { className: "case" });
    place.dataset.name = name;
    place.innerHTML = html ?? `<div class="ground"><div class="around" style="${around}"><i></i></div></div>`;
    document.body.append(place);
    let where = place.querySelector("i");
    if (root) where = inShadow(where, root);
    where.replaceWith(element);
    element.dataset.of = name;
    let own;
    if (canvas !== undefined) {
      own = document.createElement("canvas");
      if (pixels) [own.width, own.height] = pixels;
      own.style.cssText = `all: revert; position: absolute; pointer-events: none; ${canvas}`;
      element.after(own);
    }
    place.append(Object.assign(document.createElement("p"), { textContent: name }));
    await drawOver(element, own);
  }
}

// In an open shadow root; or slotted into a closed one, that no script sees, and mirrored there.
function inShadow(where, mode) {
  const host = document.createElement("div");
  where.replaceWith(host);
  const root = host.attachShadow({ mode });
  root.innerHTML = mode === "open"
    ? "<style>canvas { display: none }</style><section><i></i></section>"
    : `<div style="width: 200px; padding: 10px 20px; transform: scaleX(-1)"><slot></slot></div>`;
  return mode === "open" ? root.querySelector("i") : host.appendChild(document.createElement("i"));
}

/** Changes what is around a case, or its element; { style } and { around } are added to what they have. */
export function change(name, { style = "", around = "", scroll, element }) {
  const place = document.querySelector(`.case[data-name="${name}"]`);
  const shown = place.querySelector("[data-of]");
  shown.style.cssText += style;
  if (around) place.querySelector(".around").style.cssText += around;
  if (scroll) place.querySelector(".scroller").scrollTop = scroll;
  if (element === "moved") place.querySelector(".elsewhere").append(shown);
}

/** Waits until what has changed is drawn. */
export const drawn = () => new Promise((done) => {
  let left = 4;
  const next = () => (left-- ? requestAnimationFrame(next) : done());
  next();
});

/** Where the cases are on the page: [name, left, top, width, height] each. */
export const places = () => [...document.querySelectorAll(".case")].map((place) => {
  const { left, top, width, height } = place.getBoundingClientRect();
  return [place.dataset.name, left + scrollX, top + scrollY, width, height];
});
