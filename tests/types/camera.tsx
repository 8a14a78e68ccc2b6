// A component of React as it is written for face-api.js.
import { useEffect, useRef, useState } from "react";
import { loadPyface, type FaceApi, type faceapi } from "pyface-web";

let loading: Promise<FaceApi> | undefined;
const load = () => (loading ??= loadPyface({ models: ["tiny_face_detector"] }).then(({ faceapi }) => faceapi));

interface Props {
  onFaces(faces: faceapi.WithFaceLandmarks<{ detection: faceapi.FaceDetection }>[]): void;
  options?: faceapi.TrackOptions;
}

export function Camera({ onFaces, options }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [found, setFound] = useState<faceapi.FaceDetection[]>([]);
  const [matcher, setMatcher] = useState<faceapi.FaceMatcher | null>(null);

  useEffect(() => {
    let frames: faceapi.Frames | undefined;
    const begin = async () => {
      const faceapi = await load();
      if (!video.current || !canvas.current) return;
      setFound(await faceapi.detectAllFaces(video.current, new faceapi.TinyFaceDetectorOptions()));
      onFaces(await faceapi.detectAllFaces(video.current).withFaceLandmarks());
      setMatcher(new faceapi.FaceMatcher([new faceapi.LabeledFaceDescriptors("Ann", [new Float32Array(128)])]));
      frames = faceapi.track(video.current, options);
      frames.drawOn(canvas.current, { label: ({ face }) => (face.descriptor && matcher ? matcher.findBestMatch(face.descriptor).toString() : "") });
    };
    void begin();
    return () => void frames?.stop();
  }, []);

  return (
    <figure>
      <video ref={video} autoPlay muted />
      <canvas ref={canvas} />
      <figcaption>{found.map((face) => face.score.toFixed(2)).join(", ")}</figcaption>
    </figure>
  );
}
