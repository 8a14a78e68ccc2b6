// dist/, as build.py made it, lies beside this file as pyface_web/. Everything comes from the extension.

import { loadPyface } from "./pyface_web/pyface.js";

const file = document.getElementById("file");
const overlay = document.getElementById("overlay");
const status = document.getElementById("status");
// ?worker=1 opens it with Python in a worker, so that the page never waits for it.
const worker = new URLSearchParams(location.search).has("worker");

async function find(faceapi, picture) {
  const image = await faceapi.bufferToImage(picture);
  const faces = await faceapi.detectAllFaces(image, new faceapi.TinyFaceDetectorOptions()).withFaceLandmarks();
  faceapi.matchDimensions(overlay, image);
  overlay.getContext("2d").drawImage(image, 0, 0);
  faceapi.draw.drawDetections(overlay, faces);
  faceapi.draw.drawFaceLandmarks(overlay, faces);
  status.textContent = `${faces.length} faces`;
}

try {
  const { faceapi } = await loadPyface({ models: ["tiny_face_detector", "face_landmark_68"], worker });
  status.textContent = "Ready";
  file.addEventListener("change", () => find(faceapi, file.files[0]).catch((error) => (status.textContent = error.message)));
} catch (error) {
  status.textContent = error.message;
}
