// offline.js.

function workOffline(options?: { waits?: { worker?: number } }): Promise<void>;
function stopOffline(options?: { waits?: { worker?: number; storage?: number } }): Promise<void>;
