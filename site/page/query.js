// What the address of the page asks for: `?backend=webgl&debug=2`.

/** The value of a name, or undefined. */
export const asked = (name) => new URLSearchParams(location.search).get(name) ?? undefined;
