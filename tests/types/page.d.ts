// What samples of the docs use and do not make: elements of a page, and what an earlier sample gave.

declare const photo: HTMLImageElement;
declare const video: HTMLVideoElement;
declare const canvas: HTMLCanvasElement;
declare const loadPyface: typeof import("pyface-web").loadPyface;
declare const faceapi: import("pyface-web").FaceApi;
