// Tiles and the strip of steps: numbers come from the server (`data`), words are text, never markup. A press on a tile
// asks for the names behind it (`opened`).

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 120;
const HEIGHT = 32;
const MARGIN = 4;

export default function tiles(component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".overview");
  const shape = JSON.stringify(data);
  if (root.dataset.shape === shape) return; // the same numbers: the focus stays where it is
  root.dataset.shape = shape;
  const grid = element("div", "tiles");
  grid.append(...data.tiles.map((tile) => tileOf(tile, data, setTriggerValue)));
  const strip = element("ol", "steps");
  strip.append(...data.steps.map((step) => stepOf(step, data, setTriggerValue)));
  root.replaceChildren(grid, ...(data.steps.length ? [strip] : []));
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function opener(className, open) {
  const made = element("button", className);
  made.type = "button";
  made.title = "Show the patients behind this number";
  made.onclick = open;
  return made;
}

function tileOf(tile, data, setTriggerValue) {
  const made = data.opens ? opener("tile", () => setTriggerValue("opened", tile.code)) : element("div", "tile");
  made.append(
    element("span", "label", tile.label),
    element("span", "value", tile.value),
    element("span", "interval", tile.interval),
    element("span", "n", tile.n),
    pictureOf(tile),
  );
  return made;
}

// Years of infusion from left to right, 0 to 100 % upwards; years of few patients are open circles.
function pictureOf(tile) {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", tile.alt);
  const places = tile.points.map(([x, y, few]) => [
    MARGIN + x * (WIDTH - 2 * MARGIN),
    MARGIN + (1 - y) * (HEIGHT - 2 * MARGIN),
    few,
  ]);
  const line = document.createElementNS(SVG, "polyline");
  line.setAttribute("points", places.map(([x, y]) => `${x},${y}`).join(" "));
  picture.append(line, ...places.map(pointOf));
  return picture;
}

function pointOf([x, y, few]) {
  const point = document.createElementNS(SVG, "circle");
  point.setAttribute("cx", x);
  point.setAttribute("cy", y);
  point.setAttribute("r", 2);
  point.setAttribute("class", few ? "few" : "many");
  return point;
}

function stepOf(step, data, setTriggerValue) {
  const made = element("li", "step");
  const head = data.opens ? opener("head", () => setTriggerValue("opened", step.step)) : element("div", "head");
  const losses = element("ul", "losses");
  losses.tabIndex = 0; // a long list scrolls, by keyboard too
  losses.append(...step.losses.map((words) => element("li", "loss", words)));
  head.append(element("span", "label", step.step), element("span", "value", step.n), element("span", "n", step.share));
  made.append(head);
  if (step.losses.length) made.append(losses);
  return made;
}
