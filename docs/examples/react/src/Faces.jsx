import { useEffect, useRef, useState } from "react";

import { usePyface } from "./usePyface.js";

const MODELS = ["tiny_face_detector"];

/** A picture with a box around each face, and how many there are. */
export function Faces({ src, alt }) {
  const photo = useRef(null);
  const { faceapi, error } = usePyface(MODELS);
  const [said, say] = useState("");

  useEffect(() => {
    if (!faceapi) return undefined;
    let drawing;
    let isGone = false; // before the faces were found
    async function find() {
      const faces = await faceapi.detectAllFaces(photo.current, new faceapi.TinyFaceDetectorOptions());
      if (isGone) return;
      drawing = faceapi.drawOn(photo.current, faces);
      say(`${faces.length} faces`);
    }
    find().catch((wrong) => isGone || say(wrong.message));
    return () => {
      isGone = true;
      drawing?.close();
    };
  }, [faceapi, src]);

  return (
    <figure>
      <img ref={photo} src={src} alt={alt} width="640" />
      <figcaption role="status">{error?.message ?? (said || "Loading")}</figcaption>
    </figure>
  );
}
