// What goes wrong while files come.

/** A file that could not be had: its address, what was expected, what came, what can be done. */
export class LoadError extends Error {
  constructor(url, expected, got, remedy) {
    super(`${url}: expected ${expected}, got ${got}; ${remedy}`);
    this.name = "LoadError";
    Object.assign(this, { url, expected, got, remedy });
  }
}
