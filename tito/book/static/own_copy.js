// A reader's own copy of a lesson in this browser: when it was saved, whether the course has a newer one, and the
// way back to the course's version. Without a copy, or without storage, a chapter shows nothing of it.
"use strict";

const OwnCopy = {
  stores: ["files", "checkpoints"], // JupyterLite's; a copy's key is the notebook's path

  lab() {
    return new URL("../lab/", window.location.href);
  },

  // the database of the lab beside this page, or null: opening one that is not there would make it
  async open() {
    const name = `JupyterLite Storage - ${OwnCopy.lab().pathname}`;
    const known = indexedDB.databases ? await indexedDB.databases() : [];
    return known.some((one) => one.name === name) ? OwnCopy.answer(indexedDB.open(name)) : null;
  },

  answer(request) {
    return new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  },

  // the copy of a notebook as JupyterLite keeps it, or null
  async find(notebook) {
    const database = await OwnCopy.open();
    if (!database) return null;
    const held = database.objectStoreNames.contains("files");
    const store = held && database.transaction("files").objectStore("files");
    const found = store ? await OwnCopy.answer(store.get(notebook)) : null;
    database.close();
    return found || null;
  },

  async remove(notebook) {
    const database = await OwnCopy.open();
    for (const name of OwnCopy.stores.filter((one) => database.objectStoreNames.contains(one))) {
      await OwnCopy.answer(database.transaction(name, "readwrite").objectStore(name).delete(notebook));
    }
    database.close();
  },

  release(content) {
    return content?.metadata?.tito?.release ?? "";
  },

  async isOutdated(copy, notebook) {
    const current = await fetch(new URL(`files/${notebook}`, OwnCopy.lab()), { cache: "no-cache" });
    return current.ok && OwnCopy.release(await current.json()) !== OwnCopy.release(copy.content);
  },

  async show(place) {
    const notebook = place.dataset.notebook;
    const copy = await OwnCopy.find(notebook);
    if (!copy) return;
    const saved = new Date(copy.last_modified).toLocaleString();
    const outdated = await OwnCopy.isOutdated(copy, notebook);
    const newer = outdated ? " The course has had another version of this lesson since." : "";
    const again = document.createElement("button");
    again.type = "button";
    again.textContent = "Start over from the course's version";
    again.addEventListener("click", () => OwnCopy.startOver(place, notebook));
    place.replaceChildren(`Run it here opens your own copy, saved in this browser on ${saved}.${newer} `, again);
    place.hidden = false;
  },

  async startOver(place, notebook) {
    if (!window.confirm("Throw away your own copy of this lesson? What you wrote in it is lost.")) return;
    await OwnCopy.remove(notebook);
    place.textContent = "Run it here opens the course's version again.";
    place.setAttribute("role", "status");
  },
};

document.addEventListener("DOMContentLoaded", () => {
  for (const place of document.querySelectorAll(".own-copy")) OwnCopy.show(place);
});
