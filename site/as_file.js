// A page that was opened as a file says what to do. From files browsers load no modules, so nothing else
// would say it; this is none. Pages of the site have it in them. Those of others load it before their own
// scripts, by a script element with src="as_file.js".

if (location.protocol === "file:") {
  const { src, dataset: { root } } = document.currentScript; // root: of the site, in pages of it
  const parts = (address) => new URL(address, location).pathname.split("/");

  // The folder that has the page, this script and what it imports, and the page's address in it.
  const placeOf = (addresses) => {
    const here = parts(location);
    const depths = [src || `${root}.`, ...addresses].map(parts).map((path) => here.findIndex((part, i) => part !== path[i] || i >= path.length - 1));
    const depth = Math.min(...depths);
    const folder = decodeURI(here.slice(0, depth).join("/")).replace(/^\/(?=[A-Za-z]:)/, "");
    return [folder || "/", here.slice(depth).join("/")];
  };

  let said = false;
  const say = (addresses) => {
    if (said) return;
    said = true;
    const [folder, rest] = placeOf(addresses);
    const make = (name, text, more) => Object.assign(document.createElement(name), { textContent: text, ...more });
    const url = `http://localhost:8000/${rest}`;
    const words = make("p", "This page was opened as a file, and from files browsers load no modules. Serve its folder, such as by ", { className: "noscript" });
    words.setAttribute("role", "alert");
    words.append(make("code", `cd "${folder}" && python3 -m http.server`), " in a terminal, and open ", make("a", url, { href: url }));
    (document.querySelector("main") ?? document.body).prepend(words);
    const badge = document.querySelector(".masthead #badge");
    if (badge) badge.textContent = "Not loaded";
  };
  const later = (addresses) => (document.readyState === "loading" ? addEventListener("DOMContentLoaded", () => say(addresses)) : say(addresses));

  const IMPORTED = /\b(?:from|import)\s*\(?\s*["']([./][^"']*)["']/g;
  addEventListener("error", ({ target }) => {
    if (!(target instanceof HTMLScriptElement) || target.type !== "module") return;
    later(target.src ? [target.src] : [...target.textContent.matchAll(IMPORTED)].map(([, address]) => address));
  }, true);
  addEventListener("unhandledrejection", ({ reason }) => reason?.name === "TypeError" && /module/.test(reason.message) && later([]));
  // One without modules has links to folders, which are lists of files then.
  if (root !== undefined) addEventListener("DOMContentLoaded", () => document.querySelector("script[type=module]") || say([]));
}
