// face-api.js and pyface_web look at the same picture, SSD and all that follows by the same calls.

import { loadPyface } from "/pyface.js";

const ORACLE = "oracle";
const NETS = ["ssdMobilenetv1", "faceLandmark68Net", "faceRecognitionNet"];

export async function begin() {
  const original = window.faceapi;
  await Promise.all(NETS.map((net) => original.nets[net].load("/models")));
  const { faceapi } = await loadPyface({ models: ["ssd_mobilenetv1", "face_landmark_68", "face_recognition"] });
  let picture;
  return {
    async show() {
      picture = Object.assign(new Image(), { src: `/pictures/picture.png?${performance.now()}` });
      await picture.decode();
    },
    async faces(side, detector, landmarks, descriptors) {
      const api = side === ORACLE ? original : faceapi;
      const options = new api.SsdMobilenetv1Options(detector);
      const faces = await api.detectAllFaces(picture, options).withFaceLandmarks(false, landmarks).withFaceDescriptors(descriptors);
      return faces.map((face) => ({
        box: ["x", "y", "width", "height"].map((name) => face.detection.box[name]),
        landmarks: face.landmarks.positions.flatMap(({ x, y }) => [x, y]),
        descriptor: [...face.descriptor],
      }));
    },
  };
}
