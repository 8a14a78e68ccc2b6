// A page whose modules do not run would say nothing: one is missing, or is not what the page names. This
// is no module, and says so.
//
// Most often the browser had kept an old one. Then the page is loaded once more, with new ones.

addEventListener("error", ({ target }) => target instanceof HTMLScriptElement && renew(target.src), true);

let begun = false;

async function renew(failed) {
  if (begun) return;
  begun = true;
  const again = performance.getEntriesByType("navigation")[0]?.type === "reload";
  const names = Object.keys(JSON.parse(document.querySelector("script[type=importmap]")?.textContent ?? "{}").integrity ?? {});
  const answers = names.map(async (name) => (await fetch(name, { cache: "reload" })).ok);
  const isHere = await Promise.all(answers).then((found) => found.every(Boolean), () => false);
  if (isHere && !again) location.reload();
  else say(`${failed}, or a file that it needs, is missing or of another version. Load the page again later.`);
}

function say(text) {
  const alert = Object.assign(document.createElement("p"), { className: "noscript", textContent: `This page could not be loaded: ${text}` });
  alert.setAttribute("role", "alert");
  document.querySelector("main")?.prepend(alert);
  const badge = document.getElementById("badge");
  if (badge) badge.textContent = "Not loaded";
}
