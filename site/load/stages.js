// Has the stages of a start stand in the browser's own timeline, where its tools and the bench find them.

/** Begins a stage; the function that it returns ends it: "pyface_web: NAME" is then a measure of the timeline. */
export function stage(name) {
  const start = performance.now();
  return () => performance.measure(`pyface_web: ${name}`, { start });
}
