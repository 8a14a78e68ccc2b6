// A worker that oversleeps, as one of WebKitGTK may: what it asks of WebAssembly is answered with the next
// message or timer only.

const due = [];
const wake = () => due.splice(0).forEach((settle) => settle());

for (const name of ["compile", "compileStreaming", "instantiate", "instantiateStreaming"]) {
  const original = WebAssembly[name];
  WebAssembly[name] = async (...given) => {
    const made = await original.apply(WebAssembly, given);
    await new Promise((settle) => due.push(settle));
    return made;
  };
}
for (const name of ["setTimeout", "setInterval"]) {
  const original = globalThis[name];
  globalThis[name] = (call, ...rest) => original((...given) => (wake(), call?.(...given)), ...rest);
}
addEventListener("message", wake);
