// pyface.js: what loadPyface takes and gives. What each option does, the comment there says.

/** What loadPyface takes; all of it can be left out. */
interface LoadOptions {
  models?: readonly face.ModelName[];
  prefetch?: readonly face.ModelName[];
  modelsURL?: face.Place;
  baseURL?: string | URL;
  worker?: boolean;
  backend?: face.BackendName;
  signal?: AbortSignal;
  cache?: boolean;
  waits?: face.Waits;
  latestFrame?: boolean;
  stackSwitching?: boolean;
  onProgress?: (progress: LoadProgress) => void;
  onListing?: (listing: any) => void;
  onStopped?: (error: face.PyfaceError) => void;
}
/** How far loading is. */
interface LoadProgress {
  loadedBytes: number;
  totalBytes: number;
  cachedBytes: number;
  secondsLeft?: number;
  what: string;
  file?: string;
  stage: "download" | "start" | "ready";
}
/** The namespace with the names of face-api.js. */
type FaceApi = typeof face;
/** What loadPyface gives. */
interface Pyface {
  readonly faceapi: FaceApi;
  readonly python: any;
  readonly pyodide: any;
  terminate(): void;
}
/** The same with a worker, in which Python is. */
interface PyfaceInWorker extends Pyface {
  readonly python: undefined;
  readonly pyodide: undefined;
}
function loadPyface(options: LoadOptions & { worker: true }): Promise<PyfaceInWorker>;
function loadPyface(options?: LoadOptions): Promise<Pyface>;
class LoadError extends Error {
  constructor(url: string, expected: string, got: string, remedy: string);
  readonly url: string;
  readonly expected: string;
  readonly got: string;
  readonly remedy: string;
}
