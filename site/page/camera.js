// The camera of a page of live video, allowed and shown while Python is still on its way. When that is there the
// button is pressed once more, and page/live.py takes the stream that the video has. What is in the way of
// one is for Python to say.

const video = document.querySelector(".live video");
const button = document.getElementById("start");
const choice = document.getElementById("camera");
const found = document.getElementById("found");
const taken = new AbortController();
let opening; // a promise, while the camera is wanted

function say(isOn, text) {
  button.textContent = isOn ? button.dataset.stop : button.dataset.start;
  video.closest(".stage").dataset.state = isOn ? "on" : "off";
  found.textContent = text;
}

function stop(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

async function open() {
  const chosen = choice.value;
  const which = ["user", "environment"].includes(chosen) ? { facingMode: chosen } : { deviceId: chosen };
  const mine = (opening = navigator.mediaDevices.getUserMedia({ video: { ...which, width: 640, height: 480 } }));
  say(true, "The camera is being opened");
  try {
    const stream = await mine;
    if (opening !== mine) return stop(stream); // closed meanwhile
    Object.assign(video, { srcObject: stream, autoplay: true });
    video.dataset.camera = chosen;
    say(true, "Faces are marked as soon as Python has started");
  } catch {
    say(true, "What is in the way is said as soon as Python has started");
  }
}

function close() {
  opening = undefined;
  stop(video.srcObject);
  video.srcObject = null;
  delete video.dataset.camera;
  say(false, "");
}

button.disabled = false;
button.addEventListener("click", (event) => {
  event.preventDefault();
  if (opening) close();
  else open();
}, { signal: taken.signal });
choice.addEventListener("change", () => {
  if (!opening) return;
  close();
  open();
}, { signal: taken.signal });

document.addEventListener("takeover", () => taken.abort());
document.addEventListener("ready", async () => {
  if (!opening) return;
  await opening.catch(() => {}); // the visitor may still be asked
  button.click();
});
