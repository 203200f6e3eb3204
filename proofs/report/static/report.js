// Zoom and focus for the lemma graph.  Everything else on these pages works without this file.
"use strict";

(() => {
  const frame = document.querySelector(".graph-frame");
  const graph = frame && frame.querySelector("svg.graph");
  const tools = document.querySelector(".tools");
  if (!graph || !tools) return;
  tools.hidden = false;
  const width = graph.viewBox.baseVal.width;
  const height = graph.viewBox.baseVal.height;
  let scale = 1;

  const zoom = (factor, x = frame.clientWidth / 2, y = frame.clientHeight / 2) => {
    const before = scale;
    scale = Math.min(4, Math.max(0.25, factor === 0 ? 1 : scale * factor));
    const ratio = scale / before;
    const left = (frame.scrollLeft + x) * ratio - x;
    const top = (frame.scrollTop + y) * ratio - y;
    graph.setAttribute("width", String(width * scale));
    graph.setAttribute("height", String(height * scale));
    frame.scrollLeft = left;
    frame.scrollTop = top;
  };

  const nodes = new Map([...graph.querySelectorAll(".node")].map((n) => [n.dataset.id, n]));
  const edges = [...graph.querySelectorAll(".edge")];
  const note = tools.querySelector(".focus-note");
  const all = tools.querySelector('[data-focus="none"]');

  const ancestors = (id) => {
    const found = new Set([id]);
    const queue = [id];
    while (queue.length > 0) {
      const child = queue.pop();
      for (const edge of edges) {
        const parent = edge.dataset.from;
        if (edge.dataset.to === child && !found.has(parent)) {
          found.add(parent);
          queue.push(parent);
        }
      }
    }
    return found;
  };

  const focus = () => {
    const wanted = /^#focus=(.+)$/.exec(location.hash);
    let id = "";
    try {
      id = wanted ? decodeURIComponent(wanted[1]) : "";
    } catch {
      id = "";
    }
    const shown = nodes.has(id) ? ancestors(id) : null;
    for (const [key, node] of nodes) node.classList.toggle("away", shown !== null && !shown.has(key));
    for (const edge of edges) {
      const inside = shown === null || (shown.has(edge.dataset.from) && shown.has(edge.dataset.to));
      edge.classList.toggle("away", !inside);
    }
    for (const [key, node] of nodes) node.classList.toggle("here", key === id);
    all.hidden = shown === null;
    note.textContent = shown === null ? "" : `${id} and what it rests on: ${[...shown].sort().join(", ")}`;
    if (shown !== null) frame.scrollIntoView({ block: "nearest" });
  };

  tools.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.focus) location.hash = "";
    if (button.dataset.zoom) zoom({ in: 1.25, out: 0.8, reset: 0 }[button.dataset.zoom]);
  });
  frame.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const box = frame.getBoundingClientRect();
    zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15, event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "+" || event.key === "=") zoom(1.25);
    else if (event.key === "-") zoom(0.8);
    else if (event.key === "0") zoom(0);
    else if (event.key === "Escape" && location.hash.startsWith("#focus=")) location.hash = "";
  });
  window.addEventListener("hashchange", focus);
  focus();
})();
