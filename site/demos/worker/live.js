// Follows faces in a video, in a worker or in the page, and shows how evenly the page moves meanwhile.

import { workOffline } from "../../offline.js";
import { asked } from "../../page/query.js";
import "../../page/status.js";
import { loadPyface } from "../../pyface.js";
import { Pulse } from "./pulse.js";
import { Scene } from "./scene.js";

const element = (id) => document.getElementById(id);
const status = document.querySelector("page-status");
const scene = new Scene(element("scene"));
const pulse = new Pulse(element("ball"), element("bars"));
const LOOK = { boxColor: "#5eead4", drawLabelOptions: { fontColor: "#06302c", fontStyle: "system-ui, sans-serif" } };
const loaded = {}; // place -> promise of what loadPyface gives
let frames; // that are looked at
let stopped; // why Python ended by itself the last time
let turn = 0; // counts what the visitor wants; what was wanted before gives way

async function load(place, signal) {
  loaded[place] ??= loadPyface({
    worker: place === "worker",
    backend: asked("backend"),
    models: ["tiny_face_detector"],
    onProgress: (progress) => status.progress(progress),
    onStopped: (error) => {
      delete loaded[place]; // the next time another one starts
      stopped = error;
      if (place === element("settings").elements.place.value) status.stopped(error, play);
    },
    signal,
  });
  try {
    return (await loaded[place]).faceapi;
  } catch (error) {
    delete loaded[place]; // the next time it is tried again
    throw error;
  }
}

async function follow() {
  const mine = ++turn;
  const place = element("settings").elements.place.value;
  const control = new AbortController();
  try {
    await frames?.stop();
    if (!loaded[place]) status.loading(() => control.abort());
    const faceapi = await load(place, control.signal);
    const label = await faceapi.backendLabel();
    if (mine !== turn) return;
    element("badge").textContent = element("badge").dataset.backend = label;

    frames = faceapi.track(scene.canvas);
    frames.drawOn("overlay", { draw: (context, faces) => draw(faceapi, context, faces) });
    for await (const { faces, milliseconds, number } of frames) {
      element("count").textContent = faces.length;
      element("time").textContent = `${Math.round(milliseconds)} ms`;
      element("longest").textContent = `${Math.round(pulse.longest)} ms`;
      if (number > 1) continue;
      pulse.play(); // what loading took does not count
      status.done(place === "worker" ? "Python runs in a worker" : "Python runs in the page");
      ready();
    }
  } catch (error) {
    if (control.signal.aborted) status.cancelled(follow);
    else if (error !== stopped) status.failed(error, follow);
    ready();
  }
}

// At each refresh of the screen, with the faces where they are by then.
function draw({ draw: { DrawBox } }, context, faces) {
  for (const { id, face } of faces) new DrawBox(face.detection.box, { ...LOOK, label: `${id}` }).draw(context);
}

function ready() {
  document.querySelector("main").setAttribute("aria-busy", false);
  document.documentElement.dataset.ready = "yes";
  workOffline();
}

function play() {
  scene.play();
  pulse.play();
  element("play").textContent = "Pause";
  follow();
}

function pause() {
  turn++;
  scene.pause();
  pulse.pause();
  frames?.stop();
  element("play").textContent = "Play";
}

element("settings").addEventListener("change", () => scene.isPlaying && follow());
element("play").addEventListener("click", () => (scene.isPlaying ? pause() : play()));

await scene.show("../../images/sample3.jpg", "../../images/sample1.jpg");
if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
  status.done("Press Play");
  ready();
} else {
  play();
}
