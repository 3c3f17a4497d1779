// A page that swaps its body, or writes itself anew, takes with it what we have put there, and with
// it what its parts listen to. Here it comes back.

function mend() {
  const core = /** @type {HTMLScriptElement} */ (document.currentScript).izin;

  core.mend = ({ listen, calls }) => {
    const { asks, close, standing } = core;
    listen();
    if (asks !== undefined) close();
    if (asks) core.tell();
    if (standing.button) core.button();
    // A dialog that was open is dead, and made anew when it is asked for again.
    if (standing.dialog && !standing.dialog.isConnected)
      standing.dialog = core.dialog = calls.dialog = undefined;
  };
}
