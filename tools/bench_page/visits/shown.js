// window.visit: when the faces were on screen, in milliseconds since the navigation, and how many.
let resolve;
window.visit = new Promise((done) => (resolve = done));

/** Call it when everything is drawn: the time is taken after the next frame. */
window.shown = (found) => requestAnimationFrame(() => setTimeout(() => resolve({ ms: performance.now(), found })));
