// Blobs and Files, of which the browser looks into the bytes: their type decides nothing.

import { PyfaceError } from "../values/errors.js";
import { within } from "../values/waits.js";
import { loaded, notReady } from "./loading.js";

// That of SVG is the only one that a browser has to be told.
const TYPES = ["", "image/svg+xml"];

/** A loaded img element that shows a Blob or File, undefined where none can. Its address is the caller's to revoke. */
export async function imageOf(blob) {
  for (const type of TYPES) {
    const image = new Image();
    image.src = URL.createObjectURL(new Blob([blob], { type }));
    try {
      await loaded(image);
      return image;
    } catch (error) {
      URL.revokeObjectURL(image.src);
      if (!image.complete) throw error;
    }
  }
  return undefined;
}

/** An ImageBitmap of a Blob or File; the caller closes it. */
export async function decoded(blob) {
  try {
    return await within("media", createImageBitmap(blob), "MediaNotReadyError", `${nameOf(blob)} was not decoded`);
  } catch (error) {
    if (error instanceof PyfaceError) throw error;
  }
  // SVG, or a file that is damaged, of which an img shows what there is.
  const image = await imageOf(blob);
  if (!image) throw unreadable(blob);
  try {
    const canvas = Object.assign(document.createElement("canvas"), { width: image.naturalWidth, height: image.naturalHeight });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await createImageBitmap(canvas);
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

/** What to throw for a Blob or File that the browser cannot decode. */
export const unreadable = (blob) =>
  notReady(
    `${nameOf(blob)} (${blob.type || "no type"}, ${blob.size} bytes) is not an image that the browser can read; ` +
      "expected JPEG, PNG, WebP, GIF, AVIF, SVG or the like",
  );

const nameOf = (blob) => blob.name || "the Blob";
