// Keeps a worker from oversleeping. WebKitGTK wakes one for messages and timers; that WebAssembly is compiled it
// may miss at the moment in which a worker falls asleep, and the promise of it then stays open until anything
// else happens to the worker (seen in 9 of 11,000 calls of WebAssembly.instantiate on a busy machine).

const BEAT = 100; // milliseconds between two things that happen

/** What work() gives; meanwhile something happens to a worker all the time. A page never sleeps like this. */
export async function awake(work) {
  const beat = typeof document === "undefined" ? setInterval(() => {}, BEAT) : undefined;
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
}
