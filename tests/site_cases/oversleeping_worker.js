import "./oversleeping.js";
import "../worker/worker.js";
