// What the hints of Python cannot say: the types that only TypeScript has, by their names in the
// declarations of face-api.js, and what of the JavaScript face is of another type than in Python.
// A class here has the members that need it; those that are missing, and all comments, are made.

// --- what goes in

/** The address of a model: of its folder or its manifest, or of each of its files by its name. */
type Place = string | URL | { readonly [file: string]: string | URL };
type TMediaElement = HTMLImageElement | HTMLVideoElement | HTMLCanvasElement;
/** A plain tensor: numbers row by row. An image is `[height, width, 3]`, with values 0..255. */
interface Tensor {
  data: ArrayLike<number>;
  shape: number[];
}
/** A picture that is there. */
type TResolvedNetInput = TMediaElement | OffscreenCanvas | ImageBitmap | ImageData | VideoFrame | Blob | Tensor;
/** A picture, or the id of the element that shows it. */
type TNetInputArg = string | TResolvedNetInput;
/** A picture or a list of pictures. */
type TNetInput = TNetInputArg | readonly TNetInputArg[] | NetInput;
/** A canvas, its id, or its context. */
type TCanvas = string | HTMLCanvasElement | OffscreenCanvas | CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;
/** What `track` follows faces on: a video or a canvas, or its id. */
type TVideo = string | HTMLVideoElement | HTMLCanvasElement | OffscreenCanvas;
interface IDimensions {
  width: number;
  height: number;
}
interface IPoint {
  x: number;
  y: number;
}
interface IRect extends IPoint, IDimensions {}
interface IBoundingBox {
  left: number;
  top: number;
  right: number;
  bottom: number;
}
/** The part of a picture where a face is. */
type TRegion = IRect | IBoundingBox | ObjectDetection | WithFaceDetection<{}>;
/** Numbers that tell one face from another, 128 of them, or a result that has them. */
type TDescriptor = ArrayLike<number> | WithFaceDescriptor<{}>;
type FaceDetectionOptions = SsdMobilenetv1Options | TinyFaceDetectorOptions | TinyYolov2Options | MtcnnOptions;
type FaceDetectionFunction = (input: TNetInput) => Promise<FaceDetection[]>;
interface IFaceDetecion {
  score: number;
  box: Box;
}
interface IFaceLandmarks {
  positions: Point[];
  shift: Point;
}
interface IFaceMatch {
  label: string;
  distance: number;
}
interface TinyYolov2Config {
  withSeparableConvs: boolean;
  iouThreshold: number;
  anchors: IPoint[];
  classes: string[];
  meanRgb?: [number, number, number];
}

// --- what comes out

type WithFaceDetection<TSource> = TSource & { detection: FaceDetection };
type WithFaceLandmarks<TSource extends WithFaceDetection<{}>, TFaceLandmarks extends FaceLandmarks = FaceLandmarks68> = TSource & { landmarks: TFaceLandmarks; unshiftedLandmarks: TFaceLandmarks; alignedRect: FaceDetection };
type WithFaceDescriptor<TSource> = TSource & { descriptor: Float32Array };
type WithFaceExpressions<TSource> = TSource & { expressions: FaceExpressions };
type WithAge<TSource> = TSource & { age: number };
type WithGender<TSource> = TSource & { gender: Gender; genderProbability: number };
type AgeAndGenderPrediction = WithAge<WithGender<{}>>;
type MtcnnResult = WithFaceLandmarks<FaceResult, FaceLandmarks5>;
type AnyFaceLandmarks = FaceLandmarks68 | FaceLandmarks5 | FaceLandmarks;
/** The parts of a result, each of which is there if a net was asked for it. */
interface FaceParts {
  landmarks?: FaceLandmarks68;
  unshiftedLandmarks?: FaceLandmarks68;
  alignedRect?: FaceDetection;
  descriptor?: Float32Array;
  descriptorAlign?: Align | null;
  expressions?: FaceExpressions;
  age?: number;
  gender?: Gender;
  genderProbability?: number;
}
interface FaceResult {
  detection: FaceDetection;
  descriptorAlign?: Align | null;
  readonly faceDetection: FaceDetection;
  readonly faceLandmarks: FaceLandmarks68 | undefined;
  readonly faceDescriptor: Float32Array | undefined;
  readonly angle: number | null;
  forSize(width: number, height: number): this;
}
const FaceResult: {
  new <TValues extends WithFaceDetection<{}>>(values: TValues): FaceResult & TValues;
  readonly prototype: FaceResult;
};
type FaceDetectionWithLandmarks = WithFaceLandmarks<FaceResult>;
const FaceDetectionWithLandmarks: {
  new (detection: FaceDetection, unshiftedLandmarks: FaceLandmarks68): FaceDetectionWithLandmarks;
  readonly prototype: FaceDetectionWithLandmarks;
};
type FullFaceDescription = WithFaceDescriptor<FaceDetectionWithLandmarks>;
const FullFaceDescription: {
  new (detection: FaceDetection, unshiftedLandmarks: FaceLandmarks68, descriptor: ArrayLike<number>): FullFaceDescription;
  readonly prototype: FullFaceDescription;
};
class ObjectDetection {
  forSize(width: number, height: number): ObjectDetection;
}
class FaceDetection extends ObjectDetection implements IFaceDetecion {
  constructor(score: number, relativeBox: IRect | IBoundingBox, imageDims: IDimensions, orientation?: Orientation);
  get orientation(): Orientation;
  forSize(width: number, height: number): FaceDetection;
}
class FaceLandmarks implements IFaceLandmarks {
  constructor(relativeFaceLandmarkPositions: readonly IPoint[], imgDims: IDimensions, shift?: IPoint);
  get positions(): Point[];
  get relativePositions(): Point[];
  forSize<T extends FaceLandmarks = this>(width: number, height: number): T;
  shiftBy<T extends FaceLandmarks = this>(x: number, y: number): T;
  shiftByPoint<T extends FaceLandmarks = this>(pt: IPoint): T;
  align(detection?: FaceDetection | IRect | IBoundingBox | null, options?: AlignOptions): Box;
}
class FaceExpressions {
  neutral: number;
  happy: number;
  sad: number;
  angry: number;
  fearful: number;
  disgusted: number;
  surprised: number;
  constructor(probabilities: ArrayLike<number>);
  asSortedArray(): { expression: FaceExpression; probability: number }[];
}
/** The name of an expression. */
type FaceExpression = (typeof FACE_EXPRESSION_LABELS)[number];
class Box<BoxType = any> implements IBoundingBox, IRect {
  constructor(box: IRect | IBoundingBox, allowNegativeDimensions?: boolean);
  static isRect(value: any): value is IRect;
  static assertIsValidBox(box: any, callee: string, allowNegativeDimensions?: boolean): void;
}
class LabeledBox extends Box {
  static assertIsValidLabeledBox(box: any, callee: string): void;
}
class PredictedBox extends LabeledBox {
  static assertIsValidPredictedBox(box: any, callee: string): void;
}
class Dimensions implements IDimensions {
  static of(value: IDimensions): Dimensions;
}
class Point implements IPoint {}
class BoxWithText extends Box {
  constructor(box: IRect | IBoundingBox, label: string | number);
}
class LabeledFaceDescriptors {
  constructor(label: string, descriptors: readonly TDescriptor[] | TDescriptor, options?: { align?: Align | null });
  get descriptors(): Float32Array[];
  toJSON(): { label: string; descriptors: number[][]; align?: Align | "mixed" | null };
  static fromJSON(json: any): LabeledFaceDescriptors;
}
class FaceMatcher {
  constructor();
  constructor(inputs: LabeledFaceDescriptors | TDescriptor | readonly (LabeledFaceDescriptors | TDescriptor)[] | null, distanceThreshold?: number, options?: { allowMixed?: boolean });
  get labels(): string[];
  add(label: string, descriptors: readonly TDescriptor[] | TDescriptor, options?: { align?: Align | null }): void;
  computeMeanDistance(queryDescriptor: TDescriptor, descriptors: readonly TDescriptor[]): number;
  toJSON(): any;
  static fromJSON(json: any): FaceMatcher;
}
/** distance: of two faces, 0 for one picture. same: whether it is below the threshold. */
interface Comparison {
  distance: number;
  same: boolean;
}
class PyfaceError extends Error {
  name: ErrorName | (string & {});
  constructor(name: string, message: string, traceback?: string);
  readonly traceback?: string;
}

// --- tasks: what a chain adds to each face

/** How faces are cut out for a net. */
interface CutOptions {
  align?: Align;
}
/** How landmarks are found. */
interface LandmarksOptions {
  refine?: boolean;
}
class ComposableTask<T> implements Promise<T> {
  protected constructor();
  run(): Promise<T>;
  then<TResult1 = T, TResult2 = never>(onFulfilled?: ((value: T) => TResult1 | PromiseLike<TResult1>) | null, onRejected?: ((reason: any) => TResult2 | PromiseLike<TResult2>) | null): Promise<TResult1 | TResult2>;
  catch<TResult = never>(onRejected?: ((reason: any) => TResult | PromiseLike<TResult>) | null): Promise<T | TResult>;
  finally(onFinally?: (() => void) | null): Promise<T>;
  get [Symbol.toStringTag](): string;
}
interface AllFacesTask<TSource extends WithFaceDetection<{}>> {
  withFaceLandmarks(useTinyLandmarkNet?: boolean | null, options?: LandmarksOptions): DetectAllFaceLandmarksTask<TSource>;
  withFaceExpressions(options?: CutOptions): PredictAllFacesTask<WithFaceExpressions<TSource>>;
  withAgeAndGender(options?: CutOptions): PredictAllFacesTask<WithAge<WithGender<TSource>>>;
}
interface AllAlignedFacesTask<TSource extends WithFaceLandmarks<WithFaceDetection<{}>>> {
  withFaceLandmarks(useTinyLandmarkNet?: boolean | null, options?: LandmarksOptions): DetectAllFaceLandmarksTask<TSource>;
  withFaceDescriptors(options?: CutOptions): ComputeAllFaceDescriptorsTask<TSource>;
  withFaceExpressions(options?: CutOptions): PredictAllAlignedFacesTask<WithFaceExpressions<TSource>>;
  withAgeAndGender(options?: CutOptions): PredictAllAlignedFacesTask<WithAge<WithGender<TSource>>>;
}
interface SingleFaceTask<TSource extends WithFaceDetection<{}>> {
  withFaceLandmarks(useTinyLandmarkNet?: boolean | null, options?: LandmarksOptions): DetectSingleFaceLandmarksTask<TSource>;
  withFaceExpressions(options?: CutOptions): PredictSingleFaceTask<WithFaceExpressions<TSource>>;
  withAgeAndGender(options?: CutOptions): PredictSingleFaceTask<WithAge<WithGender<TSource>>>;
}
interface SingleAlignedFaceTask<TSource extends WithFaceLandmarks<WithFaceDetection<{}>>> {
  withFaceLandmarks(useTinyLandmarkNet?: boolean | null, options?: LandmarksOptions): DetectSingleFaceLandmarksTask<TSource>;
  withFaceDescriptor(options?: CutOptions): ComputeSingleFaceDescriptorTask<TSource>;
  withFaceExpressions(options?: CutOptions): PredictSingleAlignedFaceTask<WithFaceExpressions<TSource>>;
  withAgeAndGender(options?: CutOptions): PredictSingleAlignedFaceTask<WithAge<WithGender<TSource>>>;
}
interface PredictAllFacesTask<TSource extends WithFaceDetection<{}>> extends ComposableTask<TSource[]>, AllFacesTask<TSource> {}
interface PredictAllAlignedFacesTask<TSource extends WithFaceLandmarks<WithFaceDetection<{}>>> extends ComposableTask<TSource[]>, AllAlignedFacesTask<TSource> {}
interface PredictSingleFaceTask<TSource extends WithFaceDetection<{}>> extends ComposableTask<TSource | undefined>, SingleFaceTask<TSource> {}
interface PredictSingleAlignedFaceTask<TSource extends WithFaceLandmarks<WithFaceDetection<{}>>> extends ComposableTask<TSource | undefined>, SingleAlignedFaceTask<TSource> {}
class DetectFacesTaskBase<TReturn> extends ComposableTask<TReturn> {
  constructor(input: TNetInput, options?: FaceDetectionOptions);
}
interface DetectAllFacesTask extends AllFacesTask<FaceResult> {}
class DetectAllFacesTask extends DetectFacesTaskBase<FaceDetection[]> {
  runAndExtendWithFaceDetections(): Promise<FaceResult[]>;
}
interface DetectSingleFaceTask extends SingleFaceTask<FaceResult> {}
class DetectSingleFaceTask extends DetectFacesTaskBase<FaceDetection | undefined> {
  constructor(input: TNetInput, options?: FaceDetectionOptions);
  runAndExtendWithFaceDetection(): Promise<FaceResult | undefined>;
}
class DetectFaceLandmarksTaskBase<TReturn, TParentReturn> extends ComposableTask<TReturn> {
  constructor(parentTask: ComposableTask<TParentReturn>, input?: TNetInput, useTinyLandmarkNet?: boolean, options?: LandmarksOptions);
}
interface DetectAllFaceLandmarksTask<TSource extends WithFaceDetection<{}>> extends AllAlignedFacesTask<WithFaceLandmarks<TSource>> {}
class DetectAllFaceLandmarksTask<TSource extends WithFaceDetection<{}>> extends DetectFaceLandmarksTaskBase<WithFaceLandmarks<TSource>[], TSource[]> {
  withFaceDescriptors(options?: CutOptions): ComputeAllFaceDescriptorsTask<WithFaceLandmarks<TSource>>;
}
interface DetectSingleFaceLandmarksTask<TSource extends WithFaceDetection<{}>> extends SingleAlignedFaceTask<WithFaceLandmarks<TSource>> {}
class DetectSingleFaceLandmarksTask<TSource extends WithFaceDetection<{}>> extends DetectFaceLandmarksTaskBase<WithFaceLandmarks<TSource> | undefined, TSource | undefined> {
  withFaceDescriptor(options?: CutOptions): ComputeSingleFaceDescriptorTask<WithFaceLandmarks<TSource>>;
}
class ComputeFaceDescriptorsTaskBase<TReturn, TParentReturn> extends ComposableTask<TReturn> {
  constructor(parentTask: ComposableTask<TParentReturn>, input?: TNetInput, options?: CutOptions);
}
interface ComputeAllFaceDescriptorsTask<TSource extends WithFaceLandmarks<WithFaceDetection<{}>>> extends AllAlignedFacesTask<WithFaceDescriptor<TSource>> {}
class ComputeAllFaceDescriptorsTask<TSource extends WithFaceLandmarks<WithFaceDetection<{}>>> extends ComputeFaceDescriptorsTaskBase<WithFaceDescriptor<TSource>[], TSource[]> {}
interface ComputeSingleFaceDescriptorTask<TSource extends WithFaceLandmarks<WithFaceDetection<{}>>> extends SingleAlignedFaceTask<WithFaceDescriptor<TSource>> {}
class ComputeSingleFaceDescriptorTask<TSource extends WithFaceLandmarks<WithFaceDetection<{}>>> extends ComputeFaceDescriptorsTaskBase<WithFaceDescriptor<TSource> | undefined, TSource | undefined> {}

// --- nets

abstract class NeuralNetwork<TNetParams = object> {
  protected constructor(facts: never);
  get params(): TNetParams | undefined;
  load(weightsOrUrl?: Place | Float32Array | ArrayBuffer): Promise<void>;
  loadFromUri(uri?: Place): Promise<void>;
  extractWeights(weights: Float32Array | ArrayBuffer): Promise<void>;
  loadFromWeightMap(weightMap: { readonly [name: string]: Tensor }): Promise<void>;
  dispose(throwOnRedispose?: boolean): Promise<void>;
}
class SsdMobilenetv1 extends NeuralNetwork {
  static Options: typeof SsdMobilenetv1Options;
  constructor();
  locateFaces(input: TNetInput, options?: ISsdMobilenetv1Options): Promise<FaceDetection[]>;
}
class TinyFaceDetector extends NeuralNetwork {
  static Options: typeof TinyFaceDetectorOptions;
  constructor();
  locateFaces(input: TNetInput, options?: ITinyFaceDetectorOptions): Promise<FaceDetection[]>;
}
class TinyYolov2 extends NeuralNetwork {
  static Options: typeof TinyYolov2Options;
  constructor(withSeparableConvs?: boolean);
  locateFaces(input: TNetInput, options?: ITinyYolov2Options): Promise<FaceDetection[]>;
}
class Mtcnn extends NeuralNetwork {
  constructor();
  forward(input: TNetInput, options?: IMtcnnOptions): Promise<MtcnnResult[]>;
  forwardWithStats(input: TNetInput, options?: IMtcnnOptions): Promise<{ results: MtcnnResult[]; stats: { total: number; scales: number[]; pyramid: IDimensions[]; stage1: { scale: number; numBoxes: number }[]; stage2_numInputBoxes: number; stage3_numInputBoxes: number } }>;
}
class FaceLandmark68Net extends NeuralNetwork {
  constructor();
}
class FaceLandmark68TinyNet extends FaceLandmark68Net {
  constructor();
}
class FaceRecognitionNet extends NeuralNetwork {
  constructor();
}
class FaceExpressionNet extends NeuralNetwork {
  constructor();
}
class AgeGenderNet extends NeuralNetwork {
  constructor();
}
type FaceDetectionNet = SsdMobilenetv1;
const FaceDetectionNet: typeof SsdMobilenetv1;
type FaceLandmarkNet = FaceLandmark68Net;
const FaceLandmarkNet: typeof FaceLandmark68Net;

// --- functions

function detectAllFaces(input: TNetInput, options?: FaceDetectionOptions): DetectAllFacesTask;
function detectSingleFace(input: TNetInput, options?: FaceDetectionOptions): DetectSingleFaceTask;
function allFacesSsdMobilenetv1(input: TNetInput, minConfidence?: number): Promise<FullFaceDescription[]>;
function allFacesTinyYolov2(input: TNetInput, options?: ITinyYolov2Options): Promise<FullFaceDescription[]>;
function allFacesMtcnn(input: TNetInput, options?: IMtcnnOptions): Promise<FullFaceDescription[]>;
const allFaces: typeof allFacesSsdMobilenetv1;
function ssdMobilenetv1(input: TNetInput, options?: ISsdMobilenetv1Options): Promise<FaceDetection[]>;
const locateFaces: typeof ssdMobilenetv1;
function tinyFaceDetector(input: TNetInput, options?: ITinyFaceDetectorOptions): Promise<FaceDetection[]>;
function tinyYolov2(input: TNetInput, options?: ITinyYolov2Options): Promise<FaceDetection[]>;
function mtcnn(input: TNetInput, options?: IMtcnnOptions): Promise<MtcnnResult[]>;
const detectLandmarks: typeof detectFaceLandmarks;
const computeDescriptor: typeof computeFaceDescriptor;
const loadFaceDetectionModel: typeof loadSsdMobilenetv1Model;
const createFaceDetectionNet: typeof createSsdMobilenetv1;
function loadWeightMap(uri: Place | undefined, defaultModelName: string): Promise<Record<string, Tensor>>;
function warmup(...which: NeuralNetwork[]): Promise<void>;
function setWaits(waits: Waits): Promise<void>;
function getWaits(): Required<Waits>;
function setLatestFrame(latestFrame?: boolean): Promise<void>;
function setBackend(name: BackendName, precision?: 16 | 32): Promise<void>;
function backendLabel(): Promise<string>;
function track(video: TVideo, options?: TrackOptions): Frames;
function drawOn(element: string | TMediaElement, faces: TDrawable | readonly TDrawable[], options?: DrawOnOptions): Overlay;
function extendWithFaceDetection<TSource>(sourceObj: TSource, detection: FaceDetection): WithFaceDetection<TSource>;
function extendWithFaceDescriptor<TSource>(sourceObj: TSource, descriptor: ArrayLike<number>): WithFaceDescriptor<TSource>;
function extendWithFaceExpressions<TSource>(sourceObj: TSource, expressions: FaceExpressions): WithFaceExpressions<TSource>;
function extendWithFaceLandmarks<TSource extends WithFaceDetection<{}>, TFaceLandmarks extends FaceLandmarks = FaceLandmarks68>(sourceObj: TSource, unshiftedLandmarks: TFaceLandmarks): WithFaceLandmarks<TSource, TFaceLandmarks>;
function extendWithAge<TSource>(sourceObj: TSource, age: number): WithAge<TSource>;
function extendWithGender<TSource>(sourceObj: TSource, gender: Gender, genderProbability: number): WithGender<TSource>;
function isWithFaceDetection(obj: any): obj is WithFaceDetection<{}>;
function isWithFaceLandmarks(obj: any): obj is WithFaceLandmarks<WithFaceDetection<{}>, FaceLandmarks>;
function isWithFaceExpressions(obj: any): obj is WithFaceExpressions<{}>;
function isWithAge(obj: any): obj is WithAge<{}>;
function isWithGender(obj: any): obj is WithGender<{}>;
function resizeResults<T>(results: T, dimensions: IDimensions): T;
function resolveInput(arg: string | any): any;
function isMediaElement(input: any): input is TMediaElement;
function isMediaLoaded(media: any): boolean;
function awaitMediaLoaded(media: string | TMediaElement): Promise<void>;
function getMediaDimensions(input: string | TResolvedNetInput | IDimensions): Dimensions;
function getContext2dOrThrow(canvasArg: string | HTMLCanvasElement | CanvasRenderingContext2D): CanvasRenderingContext2D;
function createCanvas(dims: IDimensions): HTMLCanvasElement;
function createCanvasFromMedia(media: string | TResolvedNetInput, dims?: IDimensions): HTMLCanvasElement;
function imageToSquare(input: string | TResolvedNetInput, inputSize: number, centerImage?: boolean): HTMLCanvasElement;
function matchDimensions(input: string | IDimensions, reference: string | IDimensions, useMediaDimensions?: boolean): { width: number; height: number };
function extractFaces(input: TNetInputArg, detections: readonly TRegion[]): Promise<HTMLCanvasElement[]>;
function extractFaceTensors(source: TNetInputArg, detections: readonly TRegion[]): Promise<Tensor[]>;
function imageTensorToCanvas(imgTensor: Tensor, canvas?: string | HTMLCanvasElement): Promise<HTMLCanvasElement>;
function fetchOrThrow(url: string | URL | Request, init?: RequestInit): Promise<Response>;
function fetchImage(uri: string | URL): Promise<HTMLImageElement>;
function fetchJson<T = any>(uri: string | URL): Promise<T>;
function fetchNetWeights(uri: string | URL): Promise<Float32Array>;
function bufferToImage(buf: Blob | ArrayBuffer | Uint8Array): Promise<HTMLImageElement>;
function compare(a: TDescriptor | TNetInputArg, b: TDescriptor | TNetInputArg, distanceThreshold?: number, options?: FaceDetectionOptions): Promise<Comparison>;
function cluster(descriptors: readonly TDescriptor[], distanceThreshold?: number, options?: { seed?: number; allowMixed?: boolean }): number[];
function fetchVideo(uri: string | URL): Promise<HTMLVideoElement>;
function euclideanDistance(arr1: TDescriptor, arr2: TDescriptor): number;
function sigmoid(x: number): number;
function inverseSigmoid(x: number): number;
function shuffleArray<T>(inputArray: readonly T[]): T[];
function normalize(x: Tensor, meanRgb: readonly number[]): Tensor;
function nonMaxSuppression(boxes: readonly (IRect | IBoundingBox)[], scores: ArrayLike<number>, iouThreshold: number, isIOU?: boolean): number[];
function isTensor(value: any, dim?: number): value is Tensor;
function isTensor1D(tensor: any): tensor is Tensor;
function isTensor2D(tensor: any): tensor is Tensor;
function isTensor3D(tensor: any): tensor is Tensor;
function isTensor4D(tensor: any): tensor is Tensor;
function isDimensions(obj: any): obj is IDimensions;
function isValidNumber(num: any): num is number;
function isValidProbablitiy(num: any): num is number;
function validateConfig(config: TinyYolov2Config): void;
class NetInput {
  constructor(inputs: readonly TResolvedNetInput[], treatAsBatchInput?: boolean);
  get canvases(): HTMLCanvasElement[];
  get imageTensors(): Tensor[];
  get inputDimensions(): number[][];
  get inputSize(): number | undefined;
  getInput(batchIdx: number): HTMLCanvasElement | Tensor;
  getInputDimensions(batchIdx: number): number[];
}
/** `faceapi.env`: this is always a browser. */
const env: {
  getEnv(): Environment;
  createBrowserEnv(): Environment;
  initialize(): void;
  isBrowser(): boolean;
  isNodejs(): boolean;
};
interface Environment {
  Canvas: typeof HTMLCanvasElement;
  CanvasRenderingContext2D: typeof CanvasRenderingContext2D;
  Image: typeof HTMLImageElement;
  ImageData: typeof ImageData;
  Video: typeof HTMLVideoElement;
  createCanvasElement(): HTMLCanvasElement;
  createImageElement(): HTMLImageElement;
  fetch: typeof fetch;
}
/** What of TensorFlow.js has a meaning here. */
const tf: {
  ready(): Promise<void>;
  setBackend(name: BackendName | "cpu"): Promise<boolean>;
};

// --- video

interface Frames extends AsyncIterableIterator<Frame> {
  next(): Promise<IteratorResult<Frame, undefined>>;
  return(value?: any): Promise<IteratorResult<Frame, undefined>>;
  facesAt(time?: number): TrackedFace[];
  drawOn(canvas?: TCanvas | TMediaElement | null, options?: DrawFramesOptions): void;
}
interface Frame {}
interface TrackedFace {
  readonly face: FaceResult & FaceParts;
  readonly id: number;
  readonly seconds: number;
  readonly velocity: Point;
}
/** How frames are drawn over a video. */
interface DrawFramesOptions {
  draw?(context: CanvasRenderingContext2D, faces: TrackedFace[]): void;
  label?(face: TrackedFace): string;
}

// --- drawing

type TDrawable = TRegion | FaceLandmarks | TrackedFace;
/** How faces are drawn over a picture. */
interface DrawOnOptions {
  draw?(context: CanvasRenderingContext2D, faces: any[]): void;
  label?(face: any): string;
}
/** What `drawOn` draws, until it is closed. */
interface Overlay {
  readonly canvas: HTMLCanvasElement;
  close(): void;
}
type TDrawDetectionsInput = TRegion;
type DrawFaceLandmarksInput = FaceLandmarks | { readonly landmarks: FaceLandmarks };
type DrawFaceExpressionsInput = FaceExpressions | WithFaceExpressions<{}> | { readonly [expression: string]: number };
function getDefaultDrawOptions(options?: DrawOptions): Required<DrawOptions>;
function drawDetection(canvasArg: TCanvas, detection: TRegion | readonly TRegion[], options?: DrawOptions): void;
function drawText(canvasArg: TCanvas, x: number, y: number, line: string | number, options?: DrawOptions): void;
function drawLandmarks(canvasArg: TCanvas, faceLandmarks: DrawFaceLandmarksInput | readonly DrawFaceLandmarksInput[], options?: DrawLandmarksOptions): void;
function drawDetections(canvasArg: TCanvas, detections: TDrawDetectionsInput | readonly TDrawDetectionsInput[]): void;
function drawFaceLandmarks(canvasArg: TCanvas, faceLandmarks: DrawFaceLandmarksInput | readonly DrawFaceLandmarksInput[]): void;
function drawFaceExpressions(canvasArg: TCanvas, faceExpressions: DrawFaceExpressionsInput | readonly DrawFaceExpressionsInput[], minConfidence?: number, textFieldAnchor?: IPoint): void;
class DrawTextField {
  text: string[];
  anchor: IPoint;
  options: DrawTextFieldOptions;
  constructor(text: string | number | readonly (string | number)[] | DrawTextField, anchor: IPoint, options?: IDrawTextFieldOptions);
}
class DrawBox {
  box: Box;
  options: DrawBoxOptions;
  constructor(box: IRect | IBoundingBox, options?: IDrawBoxOptions);
}
class DrawFaceLandmarks {
  faceLandmarks: FaceLandmarks;
  options: DrawFaceLandmarksOptions;
  constructor(faceLandmarks: DrawFaceLandmarksInput, options?: IDrawFaceLandmarksOptions);
}
interface TrackOptions {
  detector?: FaceDetectionOptions;
}
interface IDrawBoxOptions {
  label?: string | number | { toString(): string };
  drawLabelOptions?: IDrawTextFieldOptions;
}
class DrawBoxOptions {
  label?: string;
  drawLabelOptions: DrawTextFieldOptions;
}
