// Code as it is written for face-api.js in TypeScript, with its import replaced.
import { loadPyface, type faceapi } from "pyface-web";

const { faceapi } = await loadPyface();

type Face = faceapi.WithFaceDescriptor<faceapi.WithFaceLandmarks<{ detection: faceapi.FaceDetection }, faceapi.FaceLandmarks68>>;
type Live = faceapi.WithFaceExpressions<faceapi.WithFaceLandmarks<faceapi.WithFaceDetection<{}>>>;

const MODEL_URL = "/models";
const names: (keyof typeof faceapi.nets)[] = ["tinyFaceDetector", "faceLandmark68Net", "faceRecognitionNet"];
await Promise.all(names.map((name) => faceapi.nets[name].loadFromUri(MODEL_URL)));
await faceapi.loadSsdMobilenetv1Model(MODEL_URL);

function isLoaded(): boolean {
  return !!faceapi.nets.tinyFaceDetector.params && faceapi.nets.ssdMobilenetv1.isLoaded;
}

function optionsOf(tiny: boolean): faceapi.TinyFaceDetectorOptions | faceapi.SsdMobilenetv1Options {
  return tiny ? new faceapi.TinyFaceDetectorOptions({ inputSize: 320, scoreThreshold: 0.5 }) : new faceapi.SsdMobilenetv1Options({ minConfidence: 0.5, maxResults: 10 });
}

let detections: faceapi.FaceDetection[] = [];
let landmarks: faceapi.WithFaceLandmarks<{ detection: faceapi.FaceDetection }>[] = [];
let single: faceapi.WithFaceLandmarks<{ detection: faceapi.FaceDetection }, faceapi.FaceLandmarks68> | undefined;
let recent: Live[] = [];
const faces = new Map<string, Face>();

async function look(input: faceapi.TNetInput, video: HTMLVideoElement, canvas: HTMLCanvasElement): Promise<Face | undefined> {
  detections = await faceapi.detectAllFaces(input, optionsOf(true));
  landmarks = await faceapi.detectAllFaces(input).withFaceLandmarks(true);
  single = await faceapi.detectSingleFace(video, optionsOf(false)).withFaceLandmarks();
  recent = await faceapi.detectAllFaces(video, new faceapi.TinyFaceDetectorOptions()).withFaceLandmarks().withFaceExpressions();
  const everything = await faceapi.detectAllFaces(video).withFaceLandmarks().withFaceExpressions().withAgeAndGender().withFaceDescriptors();
  for (const { detection, landmarks, expressions, age, gender, genderProbability, descriptor } of everything) {
    const { x, y, width, height } = detection.box;
    const nose: faceapi.Point[] = landmarks.getNose();
    const best = expressions.asSortedArray()[0];
    const text = [`${Math.round(age)} years`, `${gender} (${genderProbability.toFixed(2)})`, best.expression];
    new faceapi.draw.DrawTextField(text, detection.box.bottomLeft).draw(canvas);
    console.log(x + y + width + height, nose[0].x, descriptor.length, expressions.happy > 0.5, gender === faceapi.Gender.MALE);
  }
  const size = { width: video.videoWidth, height: video.videoHeight };
  const displaySize: faceapi.IDimensions = faceapi.matchDimensions(canvas, size);
  const resized = faceapi.resizeResults(recent, displaySize);
  const context = canvas.getContext("2d");
  if (context) context.clearRect(0, 0, canvas.width, canvas.height);
  faceapi.draw.drawDetections(canvas, resized);
  faceapi.draw.drawFaceLandmarks(canvas, resized);
  faceapi.draw.drawFaceExpressions(canvas, resized, 0.05);
  const [first] = faceapi.resizeResults(detections, size);
  const options: faceapi.draw.IDrawBoxOptions = { label: "Face", lineWidth: 2, boxColor: "red" };
  const box: faceapi.draw.DrawBox = new faceapi.draw.DrawBox(first.box, options);
  box.draw(canvas);
  new faceapi.draw.DrawFaceLandmarks(landmarks[0].landmarks, { drawLines: true, lineWidth: 1 }).draw(canvas);
  if (!single) return undefined;
  single.alignedRect = single.detection;
  const moved = single.landmarks.shiftBy<faceapi.FaceLandmarks68>(1, 2);
  return faceapi.extendWithFaceDescriptor({ ...single, landmarks: moved }, new Float32Array(128));
}

async function enrol(labels: string[]): Promise<faceapi.FaceMatcher> {
  const people = await Promise.all(
    labels.map(async (label) => {
      const descriptors: Float32Array[] = [];
      for (let i = 1; i <= 2; i++) {
        const img = await faceapi.fetchImage(`/labels/${label}/${i}.jpg`);
        const found = await faceapi.detectSingleFace(img).withFaceLandmarks().withFaceDescriptor();
        if (found) descriptors.push(found.descriptor);
      }
      return new faceapi.LabeledFaceDescriptors(label, descriptors);
    }),
  );
  return new faceapi.FaceMatcher(people, 0.6);
}

function recognize(matcher: faceapi.FaceMatcher, query: Float32Array): { label: string; distance: number } {
  const best: faceapi.FaceMatch = matcher.findBestMatch(query);
  const copy = faceapi.FaceMatcher.fromJSON(matcher.toJSON());
  copy.labeledDescriptors.forEach((person: faceapi.LabeledFaceDescriptors) => console.log(person.label, person.descriptors.length));
  return { label: best.label, distance: faceapi.utils.round(best.distance) };
}

const matcherOf = (results: faceapi.WithFaceDescriptor<any>[]) => new faceapi.FaceMatcher(results);

async function lowLevel(image: HTMLImageElement | HTMLCanvasElement) {
  const [canvas] = await faceapi.extractFaces(image, [new faceapi.Rect(0, 0, 100, 100)]);
  const descriptor = (await faceapi.computeFaceDescriptor(canvas)) as Float32Array;
  const points = (await faceapi.detectFaceLandmarks(canvas)) as faceapi.FaceLandmarks68;
  const guess = (await faceapi.nets.ageGenderNet.predictAgeAndGender(canvas)) as faceapi.AgeAndGenderPrediction;
  const mood: faceapi.FaceExpressions | faceapi.FaceExpressions[] = await faceapi.recognizeFaceExpressions(canvas);
  const distance: number = faceapi.euclideanDistance(descriptor, Array.from(descriptor));
  const detect: faceapi.FaceDetectionFunction = (input) => faceapi.tinyFaceDetector(input, new faceapi.TinyFaceDetectorOptions());
  const region = points.align();
  return { distance, guess: guess.age, mood, detect, area: region.area, eyes: points.getLeftEye().map((p) => p.sub(new faceapi.Point(1, 1))) };
}

async function withNet(weights: Float32Array) {
  const net = new faceapi.SsdMobilenetv1();
  await net.load(weights);
  const task: faceapi.DetectAllFacesTask = faceapi.detectAllFaces("photo");
  const next: faceapi.DetectAllFaceLandmarksTask<faceapi.WithFaceDetection<{}>> = task.withFaceLandmarks();
  return task.run().then((found) => found.length + (net.isLoaded ? 1 : 0)).finally(() => next);
}

if (faceapi.isWithFaceDetection(single) && faceapi.isWithAge(single)) console.log(single.age, single.detection.score);
faceapi.env.getEnv().createImageElement();
await faceapi.tf.ready();

export { enrol, isLoaded, look, lowLevel, matcherOf, recognize, withNet, faces };
