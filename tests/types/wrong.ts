// What must not compile: an error that is expected and does not come is one.
import { loadPyface, type faceapi } from "pyface-web";

// @ts-expect-error there is no such net
await loadPyface({ models: ["tiny"] });
// @ts-expect-error one net is a list, too
await loadPyface({ models: "tiny_face_detector" });
// @ts-expect-error there is no such option
await loadPyface({ model: ["tiny_face_detector"] });
// @ts-expect-error nor such a backend
await loadPyface({ backend: "webgpu" });
// @ts-expect-error with a worker there is no Python in the page
(await loadPyface({ worker: true })).python.memory();

const { faceapi } = await loadPyface();
const photo = new Image();

// @ts-expect-error the value that has to be awaited
faceapi.detectAllFaces(photo).length;
// @ts-expect-error there may be no face
(await faceapi.detectSingleFace(photo)).box;
// @ts-expect-error nor one with landmarks
(await faceapi.detectSingleFace(photo).withFaceLandmarks()).landmarks;
// @ts-expect-error descriptors need landmarks
faceapi.detectAllFaces(photo).withFaceDescriptors();
// @ts-expect-error of one face there is one descriptor
faceapi.detectSingleFace(photo).withFaceLandmarks().withFaceDescriptors();
// @ts-expect-error of a list there are descriptors
faceapi.detectAllFaces(photo).withFaceLandmarks().withFaceDescriptor();
const [face] = await faceapi.detectAllFaces(photo).withFaceLandmarks();
// @ts-expect-error nobody asked for descriptors
face.descriptor;
// @ts-expect-error nor for expressions
face.expressions.happy;
// @ts-expect-error what a detection is stays
face.detection.score = 1;
// @ts-expect-error there is no such expression
(await faceapi.detectAllFaces(photo).withFaceExpressions())[0].expressions.glad;
// @ts-expect-error options have a class, which says what detects
faceapi.detectAllFaces(photo, { inputSize: 320 });
// @ts-expect-error options of another detector
new faceapi.TinyFaceDetectorOptions({ minConfidence: 0.5 });
// @ts-expect-error a number
new faceapi.SsdMobilenetv1Options({ minConfidence: "0.5" });
// @ts-expect-error a way that faces do not lie
new faceapi.SsdMobilenetv1Options({ orientations: [45] });
// @ts-expect-error there is no such cut
faceapi.detectAllFaces(photo).withFaceLandmarks().withFaceDescriptors({ align: "turned" });
// @ts-expect-error what was not found is no person
new faceapi.FaceMatcher(await faceapi.detectSingleFace(photo).withFaceLandmarks().withFaceDescriptor());
// @ts-expect-error a label comes first
new faceapi.LabeledFaceDescriptors([new Float32Array(128)], "Ann");
// @ts-expect-error nobody asked for descriptors
faceapi.cluster(await faceapi.detectAllFaces(photo));
// @ts-expect-error one picture a side
await faceapi.compare([photo, photo], photo);
// @ts-expect-error a place in the page that may be missing
faceapi.detectAllFaces(document.getElementById("photo"));
// @ts-expect-error there is no such net
faceapi.nets.faceNet;
// @ts-expect-error no such gender
const gender: faceapi.Gender = "none";
// @ts-expect-error a name without a meaning here
faceapi.tf.tensor([1]);
// @ts-expect-error types are no values
new (await import("pyface-web")).FaceDetection(1, new faceapi.Rect(0, 0, 1, 1), photo);

export { gender };
