// Does a browser run this script as it stands?

/** @param {any} script by its type (HTML, “prepare the script element”; MIME Sniffing, section 4.6) */
function runs(script) {
  return /^(module|(text|application)\/(x-)?(java|ecma)script)?$/i.test(script.type.trim());
}
