// The docs work offline like the pages do, and what scrolls in them does so by keyboard, too.

import { workOffline } from "../offline.js";

workOffline();

const SCROLLED = [".md-sidebar__scrollwrap", ".md-typeset__scrollwrap", ".md-typeset pre > code"].map((part) => `${part}:not([tabindex])`).join();
const reach = () => document.querySelectorAll(SCROLLED).forEach((part) => (part.tabIndex = 0));
reach();
new MutationObserver(reach).observe(document.querySelector("main"), { childList: true, subtree: true });
