// The examples of the README of face-api.js, 0.15 and 0.22, for the browser.
import { loadPyface } from "pyface-web";

const { faceapi } = await loadPyface({ models: [] });

const input = document.getElementById("myImg") as HTMLImageElement;
const { referenceImage, queryImage1, queryImage2 } = { referenceImage: input, queryImage1: input, queryImage2: input };

// Loading
console.log(faceapi.nets);
await faceapi.nets.ssdMobilenetv1.loadFromUri("/models");
await faceapi.nets.ssdMobilenetv1.load("/models");
await faceapi.loadMtcnnModel("/models");
await faceapi.loadFaceLandmarkTinyModel("/models");
const net = new faceapi.SsdMobilenetv1();
await net.load("/models");
await net.loadFromUri("/models");
await net.load(await faceapi.fetchNetWeights("/models/face_detection_model.weights"));
const response = await fetch("/models/face_detection_model.weights");
await net.load(new Float32Array(await response.arrayBuffer()));
const weightMap = await faceapi.loadWeightMap("/models", "tiny_face_detector_model");
await faceapi.nets.tinyFaceDetector.loadFromWeightMap(weightMap);

// Detecting faces
const detections = await faceapi.detectAllFaces(input);
const detection = await faceapi.detectSingleFace(input);
await faceapi.detectAllFaces(input, new faceapi.SsdMobilenetv1Options());
await faceapi.detectAllFaces("myImg", new faceapi.TinyFaceDetectorOptions({ inputSize: faceapi.TinyYolov2SizeType.MD }));
await faceapi.detectAllFaces(input, new faceapi.MtcnnOptions({ minFaceSize: 100, scaleFactor: 0.8, scoreThresholds: [0.6, 0.7, 0.7] }));
const detectionsWithLandmarks = await faceapi.detectAllFaces(input).withFaceLandmarks();
const detectionWithLandmarks = await faceapi.detectSingleFace(input).withFaceLandmarks();
const useTinyModel = true;
await faceapi.detectAllFaces(input).withFaceLandmarks(useTinyModel);
const results = await faceapi.detectAllFaces(referenceImage).withFaceLandmarks().withFaceDescriptors();
await faceapi.detectAllFaces(input).withFaceLandmarks().withFaceExpressions();
await faceapi.detectSingleFace(input).withFaceLandmarks().withFaceExpressions();
await faceapi.detectAllFaces(input).withFaceExpressions();
await faceapi.detectSingleFace(input).withFaceExpressions();
await faceapi.detectAllFaces(input).withFaceLandmarks().withAgeAndGender();
await faceapi.detectSingleFace(input).withAgeAndGender();
await faceapi.detectAllFaces(input).withFaceLandmarks().withFaceExpressions().withAgeAndGender().withFaceDescriptors();
await faceapi.detectSingleFace(input).withFaceLandmarks().withFaceExpressions().withAgeAndGender().withFaceDescriptor();
await faceapi.detectSingleFace(input).withAgeAndGender().withFaceExpressions();

// Recognition
async function recognize() {
  if (!results.length) return;
  const faceMatcher = new faceapi.FaceMatcher(results);
  const singleResult = await faceapi.detectSingleFace(queryImage1).withFaceLandmarks().withFaceDescriptor();
  if (singleResult) console.log(faceMatcher.findBestMatch(singleResult.descriptor).toString());
  const all = await faceapi.detectAllFaces(queryImage2).withFaceLandmarks().withFaceDescriptors();
  all.forEach((fd) => console.log(faceMatcher.findBestMatch(fd.descriptor).toString()));
  const labeledDescriptors = [
    new faceapi.LabeledFaceDescriptors("obama", [all[0].descriptor, all[1].descriptor]),
    new faceapi.LabeledFaceDescriptors("trump", [all[2].descriptor]),
  ];
  return new faceapi.FaceMatcher(labeledDescriptors);
}

// Displaying, 0.22
const displaySize = { width: input.width, height: input.height };
const overlay = document.getElementById("overlay") as HTMLCanvasElement;
faceapi.matchDimensions(overlay, displaySize);
faceapi.draw.drawDetections(overlay, faceapi.resizeResults(detections, displaySize));
const resizedResults = faceapi.resizeResults(detectionsWithLandmarks, displaySize);
faceapi.draw.drawDetections(overlay, resizedResults);
faceapi.draw.drawFaceLandmarks(overlay, resizedResults);
const minProbability = 0.05;
faceapi.draw.drawFaceExpressions(overlay, faceapi.resizeResults(await faceapi.detectAllFaces(input).withFaceExpressions(), displaySize), minProbability);
const box = { x: 50, y: 50, width: 100, height: 100 };
new faceapi.draw.DrawBox(box, { label: "Hello I am a box!", lineWidth: 2 }).draw(document.getElementById("myCanvas") as HTMLCanvasElement);
new faceapi.draw.DrawFaceLandmarks(resizedResults[0].landmarks, { drawLines: true }).draw(overlay);
const text = ["This is a textline!", "This is another textline!"];
new faceapi.draw.DrawTextField(text, { x: 200, y: 200 }, { anchorPosition: "TOP_LEFT", backgroundColor: "rgba(0, 0, 0, 0.5)" }).draw(overlay);

// Displaying, 0.15
const detectionsForSize = detections.map((det) => det.forSize(input.width, input.height));
faceapi.drawDetection(overlay, detectionsForSize, { withScore: true });
faceapi.drawLandmarks(overlay, detectionsWithLandmarks.map((det) => det.forSize(input.width, input.height).landmarks), { drawLines: true });
faceapi.drawDetection(overlay, [new faceapi.BoxWithText(new faceapi.Rect(0, 0, 50, 50), "some text")]);
detectionWithLandmarks?.faceDetection.score;

// The lower functions
await faceapi.ssdMobilenetv1(input, new faceapi.SsdMobilenetv1Options());
await faceapi.tinyFaceDetector(input, new faceapi.TinyFaceDetectorOptions());
await faceapi.mtcnn(input, new faceapi.MtcnnOptions());
const faceImages = await faceapi.extractFaces(input, [new faceapi.Rect(0, 0, 100, 100)]);
await faceapi.detectFaceLandmarks(faceImages[0]);
const descriptors = await faceapi.computeFaceDescriptor(faceImages);
faceapi.euclideanDistance(descriptors[0], [0, 0]) < 0.6;
const regions = await faceapi.extractFaces(input, detections);
document.body.append(...regions, faceapi.createCanvasFromMedia(input));
const image = await faceapi.fetchImage("/images/example.png");
faceapi.getMediaDimensions(image).reverse();
const json: { a: number } = await faceapi.fetchJson<{ a: number }>("/files/example.json");
const picker = document.getElementById("myFileUpload") as HTMLInputElement;
if (picker.files) (document.getElementById("myImg2") as HTMLImageElement).src = (await faceapi.bufferToImage(picker.files[0])).src;
detection?.box.topLeft.add({ x: 1, y: 1 });

export { json, recognize };
