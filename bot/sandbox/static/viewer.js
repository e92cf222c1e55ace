// The picture viewer: a dialog with zoom; Escape closes it (the dialog's own doing).

const dialog = document.getElementById("viewer");
const stage = dialog.querySelector(".stage");
const picture = dialog.querySelector("img");
let zoom = 1;

function show() {
  picture.style.width = zoom === 1 ? "" : `${zoom * 100}%`;
  picture.classList.toggle("zoomed", zoom !== 1);
}

function step(direction) {
  zoom = Math.min(8, Math.max(1, direction > 0 ? zoom * 1.5 : zoom / 1.5));
  show();
}

export function view(url, label) {
  picture.src = url;
  picture.alt = label;
  zoom = 1;
  show();
  dialog.showModal();
  stage.focus();
}

for (const button of dialog.querySelectorAll("[data-zoom]")) {
  button.addEventListener("click", () => step(Number(button.dataset.zoom)));
}
dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => { if (event.target === stage || event.target === dialog) dialog.close(); });
dialog.addEventListener("keydown", (event) => {
  if (event.key === "+" || event.key === "=") step(1);
  if (event.key === "-") step(-1);
});
