// window.visit: when the faces were on screen, in milliseconds since the navigation, and how many; or what
// the page failed with.
let resolve, reject;
window.visit = new Promise((...both) => ([resolve, reject] = both));
addEventListener("error", ({ error, message }) => reject(error ?? new Error(message)));
addEventListener("unhandledrejection", ({ reason }) => reject(reason));

/** Call it when everything is drawn: the time is taken after the next frame. */
window.shown = (found) => requestAnimationFrame(() => setTimeout(() => resolve({ ms: performance.now(), found })));
