// The menu of a page of the reference: open where there is room for it, with a filter for its names.

const menu = document.getElementById("menu");
const filter = document.getElementById("filter");

menu.open = matchMedia("(min-width: 900px)").matches;
filter.hidden = false;
filter.addEventListener("input", () => {
  const wanted = filter.value.trim().toLowerCase();
  for (const section of menu.querySelectorAll("section")) {
    for (const item of section.querySelectorAll("li")) {
      item.hidden = !item.textContent.toLowerCase().includes(wanted);
    }
    section.hidden = !section.querySelector("li:not([hidden])");
  }
});
