import $ from "jquery";

window.app = {
  mount: () => $("#place").html(window.told.markup),
  move: () => $("#place section").append($("#place script")),
  unmount: () => $("#place").empty(),
  end: () => $("#place").remove(),
};
