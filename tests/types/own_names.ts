// What there is beside face-api.js.
import { loadPyface, LoadError, type faceapi, type Pyface } from "pyface-web";
import { stopOffline, workOffline } from "pyface-web/offline";

const control = new AbortController();
const models: ("tiny_face_detector" | "face_recognition")[] = [];
const page: Pyface = await loadPyface({
  models,
  modelsURL: { "tiny_face_detector_model-weights_manifest.json": new URL("https://example.org/a") },
  backend: "fastest",
  signal: control.signal,
  waits: { media: 60 },
  latestFrame: true,
  onProgress: ({ what, stage, secondsLeft }) => console.log(what, stage === "ready", secondsLeft?.toFixed()),
  onStopped: (error) => console.log(error.name, error.traceback),
});
const { faceapi, python, terminate } = await loadPyface({ worker: true, baseURL: "/pyface/" });
const nothing: undefined = python;

const video = document.querySelector("video")!;
const frames: faceapi.Frames = faceapi.track(video, {
  detector: new faceapi.TinyFaceDetectorOptions({ inputSize: 224, tiles: "auto", orientations: [0, 90] }),
  descriptors: true,
  keepSeconds: 2,
});
frames.drawOn("overlay", { label: ({ id, face }) => `${id} ${face.age ?? ""}`, draw: (context, faces) => context.fillText(`${faces.length}`, 0, 0) });
for await (const { faces, time, number, dropped, milliseconds, size } of frames) {
  const [first] = faces;
  const later: faceapi.TrackedFace = first.after(0.1).forSize(size.width, size.height);
  console.log(time + number + dropped + milliseconds, later.velocity.magnitude(), later.face.landmarks?.getNose(), frames.rate, frames.reason);
  await frames.stop();
}

const results = await faceapi
  .detectAllFaces(new ImageData(10, 10), new faceapi.SsdMobilenetv1Options({ tiles: 4, minFaceSize: 20 }))
  .withFaceLandmarks(false, { refine: false })
  .withFaceDescriptors({ align: "box" });
const matcher = new faceapi.FaceMatcher(results, undefined, { allowMixed: true });
new faceapi.FaceMatcher().add("Ann", [new Float32Array(128)]);
matcher.add("Ann", results[0], { align: "upright" });
const nearest: string[] = matcher.topK(results[0], 3).map(({ label }) => label);
const { distance, same }: faceapi.Comparison = await faceapi.compare("photo", results[0], 0.5, new faceapi.SsdMobilenetv1Options());
await faceapi.compare(results[0].descriptor, [0, 0]);
const people: number[] = faceapi.cluster(results, undefined, { seed: 3 });
faceapi.cluster(results.map(({ descriptor }) => descriptor));
for (const { descriptor, descriptorAlign } of results) new faceapi.LabeledFaceDescriptors("Ann", descriptor, { align: descriptorAlign });
const clip: HTMLVideoElement = await faceapi.fetchVideo("clip.webm");
const leaning: number | null = results[0].angle;
const overlay = faceapi.drawOn(video, results, { label: (face) => face.detection.score });
overlay.close();
const share: number = faceapi.sigmoid(1) + faceapi.inverseSigmoid(0.5);
faceapi.drawBox("overlay", 1, 2, 3, 4, { boxColor: "red" });
await faceapi.setLatestFrame(false);
await faceapi.setBackend("webgl", 16);
await faceapi.setWaits({ network: 10 });
await faceapi.warmup(faceapi.nets.tinyFaceDetector, faceapi.nets.faceRecognitionNet);
const bytes = Object.entries(await faceapi.memory());
const files = await Promise.all(["a.jpg"].map(async (name) => faceapi.detectAllFaces(await (await fetch(name)).blob())));
try {
  page.terminate();
} catch (error) {
  if (error instanceof LoadError) console.log(error.url, error.remedy);
  if (error instanceof faceapi.PyfaceError && error.name === "NotLoadedError") console.log(error.message);
}
await workOffline({ waits: { worker: 10 } });
await stopOffline();
terminate();

export { clip, distance, people, same, share, bytes, files, leaning, nearest, nothing };
