// Gives every [data-module] element its behaviour; one module per behaviour, loaded when a page names it.
const NAME = /^[a-z][a-z-]*$/;

async function mountAll(root) {
  for (const element of root.querySelectorAll("[data-module]:not([data-mounted])")) {
    if ("mounted" in element.dataset) continue; // by a module that put new parts into the page meanwhile
    element.dataset.mounted = "";
    for (const name of element.dataset.module.split(" ").filter((word) => NAME.test(word))) {
      try {
        const module = await import(`./modules/${name}.js`);
        module.mount(element);
      } catch (error) {
        console.error(error); // what an old browser cannot do leaves the others their behaviour
      }
    }
  }
}

// A module that put new parts into the page says so where it put them.
document.addEventListener("parts", (event) => mountAll(event.target));

mountAll(document);
