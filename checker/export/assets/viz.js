// Draws every graph of the page that is still in Graphviz's language.
Viz.instance().then((viz) => {
  for (const graph of document.querySelectorAll("[data-dot]")) {
    graph.replaceChildren(viz.renderSVGElement(graph.dataset.dot));
  }
}).catch((error) => {
  for (const graph of document.querySelectorAll("[data-dot]")) {
    graph.textContent = "The graph cannot be drawn: " + error;
  }
});
