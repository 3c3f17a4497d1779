// What is left where the script cannot run: nothing of it is released, and the visitor has a way.

/**
 * A browser too old, or a page that has taken away what the script needs.
 * @param {any} error @param {string} page the same choice without scripts @param {string} words
 */
function unable(error, page, words) {
  console.warn("izin: every tag stays held.", error);
  const link = document.createElement("a");
  link.href = page;
  link.textContent = words;
  document.documentElement.append(link);
}
