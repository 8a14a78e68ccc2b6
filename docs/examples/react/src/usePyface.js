import { useEffect, useState } from "react";
import { loadPyface } from "pyface-web";

// Where `pyface-web copy public/pyface` has put the files; Vite knows the app's own address.
const baseURL = `${import.meta.env.BASE_URL}pyface/`;

/**
 * { faceapi } as soon as it is there, or { error }. models: names as loadPyface has them, a list that stays the same.
 *
 * All components of a page share one Python. It stays when the last of them goes, for the next to find;
 * where that will not come, what loadPyface gives has `terminate`. A component that asks for a worker has one of
 * its own, and has to call that when it goes.
 *
 * @returns {{ faceapi?: import("pyface-web").FaceApi, error?: Error }}
 */
export function usePyface(models) {
  const [found, setFound] = useState({});
  useEffect(() => {
    const leave = new AbortController();
    loadPyface({ baseURL, models, signal: leave.signal }).then(
      ({ faceapi }) => leave.signal.aborted || setFound({ faceapi }),
      (error) => leave.signal.aborted || setFound({ error }),
    );
    return () => leave.abort();
  }, [models]);
  return found;
}
