// offline.js.

function workOffline(options?: { baseURL?: string | URL; waits?: { worker?: number } }): Promise<void>;
function stopOffline(options?: { baseURL?: string | URL; waits?: { worker?: number; storage?: number } }): Promise<void>;
