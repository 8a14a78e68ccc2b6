import { useEffect, useRef, useState } from "react";
import { loadPyface, type FaceApi, type faceapi } from "pyface-web";
let api: Promise<FaceApi> | undefined;
const faceApi = () => (api ??= loadPyface({ models: ["tiny_face_detector"] }).then(({ faceapi }) => faceapi));
export function Camera({ onFaces }: { onFaces(faces: faceapi.WithFaceLandmarks<{ detection: faceapi.FaceDetection }>[]): void }) {
  const video = useRef<HTMLVideoElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [found, setFound] = useState<faceapi.FaceDetection[]>([]);
  useEffect(() => {
    let frames: faceapi.Frames | undefined;
    (async () => {
      const faceapi = await faceApi();
      if (!video.current || !canvas.current) return;
      setFound(await faceapi.detectAllFaces(video.current, new faceapi.TinyFaceDetectorOptions()));
      onFaces(await faceapi.detectAllFaces(video.current).withFaceLandmarks());
      frames = faceapi.track(video.current, { landmarks: true });
      frames.drawOn(canvas.current);
    })();
    return () => void frames?.stop();
  }, []);
  return null as unknown as typeof found;
}
