// Spoils IndexedDB: one mode at a time, for the n-th call that it concerns. Run in a page.
globalThis.storageFaults = (() => {
  let mode = "";
  let after = 0; // calls that go well before
  let held; // a connection that blocks others

  const due = (...modes) => modes.includes(mode) && after-- <= 0;
  const refusal = (name) => new DOMException(`made up: ${name}`, name);
  const changed = (prototype, name, instead) => {
    const original = prototype[name];
    prototype[name] = function (...given) {
      return instead.call(this, () => original.apply(this, given), given);
    };
  };
  const silent = () => Object.assign(new EventTarget(), { readyState: "pending" });

  for (const name of ["open", "deleteDatabase"]) {
    changed(IDBFactory.prototype, name, function (go) {
      if (due("refuses")) throw refusal("SecurityError");
      if (due("silent")) return silent();
      return go();
    });
  }
  changed(IDBDatabase.prototype, "transaction", function (go) {
    if (due("no transaction")) throw refusal("InvalidStateError");
    const transaction = go();
    if (due("aborts")) queueMicrotask(() => { try { transaction.abort(); } catch { /* it has ended */ } });
    if (due("aborts later")) setTimeout(() => { try { transaction.abort(); } catch { /* it has ended */ } });
    return transaction;
  });
  for (const name of ["put", "delete", "clear", "getAll", "getAllKeys"]) {
    changed(IDBObjectStore.prototype, name, function (go) {
      if (due("full")) throw refusal("QuotaExceededError");
      if (due("not cloned")) throw refusal("DataCloneError");
      if (due("read only")) throw refusal("ReadOnlyError");
      return go();
    });
  }

  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  });

  return {
    set(wanted, calls) {
      [mode, after] = [wanted, calls];
    },
    /** What another tab does. */
    async other(step, name) {
      held?.close();
      held = undefined;
      const kept = (await indexedDB.databases()).find((found) => found.name === name);
      if (step === "deletes") return void (await done(indexedDB.deleteDatabase(name)));
      if (!kept) return undefined;
      if (step === "holds") held = await done(indexedDB.open(name));
      if (step === "upgrades") (await done(indexedDB.open(name, kept.version + 1))).close();
      if (step === "damages" || step === "empties") {
        const database = await done(indexedDB.open(name));
        const records = database.transaction("records", "readwrite").objectStore("records");
        await done(step === "empties" ? records.clear() : records.put({ label: 7, descriptors: "no" }, "Eve"));
        database.close();
      }
      return undefined;
    },
  };
})();
