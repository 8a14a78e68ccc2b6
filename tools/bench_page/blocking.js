// How long one call keeps the page from doing anything else.

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * For each side `repeats` warm calls watched for long tasks, then as many with a message sent round
 * and round. Gives { blocked }, by side in milliseconds: longtask, the longest task that the browser
 * reports (it reports those over 50, so 0 is none); gap, the longest time between two messages;
 * picture, the longest single call that hands the picture's pixels on (drawing it to a canvas,
 * uploading it to a texture).
 */
export async function blocking(sides, verb, input, repeats) {
  const blocked = {};
  for (const [name, side] of Object.entries(sides)) blocked[name] = await watch(side, verb, input, repeats);
  return { blocked };
}

async function watch(side, verb, input, repeats) {
  for (let i = 0; i < 2; i++) await side[verb](input);
  let longtask = 0;
  const note = (list) => list.forEach(({ duration }) => (longtask = Math.max(longtask, duration)));
  const observer = new PerformanceObserver((list) => note(list.getEntries()));
  await pause(200);
  observer.observe({ type: "longtask" });
  let picture = 0;
  for (let i = 0; i < repeats; i++) {
    window.longestPictureMs = 0;
    await side[verb](input);
    picture = Math.max(picture, window.longestPictureMs);
    await pause(50);
  }
  note(observer.takeRecords());
  observer.disconnect();
  let gap = 0;
  for (let i = 0; i < repeats; i++) {
    const stop = watchGaps();
    await side[verb](input);
    gap = Math.max(gap, stop());
    await pause(50);
  }
  return { longtask, gap, picture };
}

function watchGaps() {
  const { port1, port2 } = new MessageChannel();
  let last = performance.now();
  let longest = 0;
  const tick = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  };
  port1.onmessage = () => {
    tick();
    port2.postMessage(0);
  };
  port2.postMessage(0);
  return () => {
    tick();
    port1.close();
    return longest;
  };
}
