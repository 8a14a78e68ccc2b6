// The pages of this folder at app://faces/, a scheme of the app's own: modules, workers and WebAssembly work
// there as on https, and nothing is read outside the folder. dist/ lies in it as pyface_web/.

import { app, BrowserWindow, protocol } from "electron";
import { answer } from "./files.js";

protocol.registerSchemesAsPrivileged([
  { scheme: "app", privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true, stream: true } },
]);

app.whenReady().then(() => {
  protocol.handle("app", ({ url }) => answer(url));
  new BrowserWindow({ width: 900, height: 700 }).loadURL("app://faces/index.html");
});
app.on("window-all-closed", () => app.quit());
