// The docs work offline like the pages do.

import { workOffline } from "../offline.js";

workOffline();
