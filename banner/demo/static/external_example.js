// The external script of the home page: it runs once analytics is released, and says so.
document.getElementById("external-example").dataset.state = "released";
