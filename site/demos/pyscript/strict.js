// PyScript under a strict Content-Security-Policy; without one, load pyscript/core.js instead of this.
//
// PyScript prepares scripts for workers by making a function of text, even where there is none; taking
// away its one hook for them leaves nothing to make. pyface_web makes modules of the bridge.js, the
// host.js and the clock.js in its wheel; it takes those of this site where it finds them.

import { createBridge, renderer } from "../../bridge.js";
import { createClock } from "../../clock.js";
import { hooks } from "../../pyscript/core.js";

hooks.worker.onBeforeRunAsync.clear();
hooks.main.onReady.add(({ interpreter }) => {
  interpreter.registerJsModule("pyface_bridge", { createBridge, renderer });
  interpreter.registerJsModule("pyface_clock", { createClock });
  interpreter.registerJsModule("pyface_host", { load: () => import("../../host.js") });
});
