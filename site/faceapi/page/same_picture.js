// Whether an element still shows the picture that it did, as pyface_web/draw/same_picture.py tells it.

import { is } from "../values/kinds.js";
import { getMediaDimensions } from "./media.js";

const OTHER_ASPECT = 0.05; // by which the shape of another picture differs, and that of one in another density does not

/**
 * A function that tells of an element whether it shows what it shows now. An img with the same src and srcset
 * does, whichever file of these the browser takes, unless that has another shape; a video or canvas always does.
 */
export function samePicture(element) {
  if (!is(element, "HTMLImageElement")) return () => true;
  const addresses = addressesOf(element);
  let aspect = aspectOf(element);
  return (now) => {
    const found = aspectOf(now);
    aspect ||= found; // which it had not while it loaded
    return addressesOf(now) === addresses && (!found || Math.abs(found / aspect - 1) < OTHER_ASPECT);
  };
}

function addressesOf(image) {
  const sources = image.parentElement?.localName === "picture" ? [...image.parentElement.querySelectorAll("source")] : [];
  return [image.src, image.srcset, ...sources.map(({ srcset }) => srcset)].join("\n");
}

function aspectOf(image) {
  const { width, height } = getMediaDimensions(image);
  return height ? width / height : 0;
}
