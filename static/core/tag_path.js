// For pages on the service's own host: it may be under a path that its proxy has not told it.

// `<base>` bends no attribute. `URL` by the name that no page takes.
const attribute = new webkitURL(script.getAttribute("src") || "", config.at).href;
base = (attribute.match(config.own) || [base])[0];
