// Tiles and the strip of steps: numbers come from the server (`data`), words are text, never markup. A press on a tile
// asks for the names behind it (`opened`).

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 120;
const HEIGHT = 32;
const MARGIN = 4;
const SHOWN = 3; // reasons of a step, the largest

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
    yearsOf(tile),
  );
  return made;
}

// What the first and the last point are of, at the ends of the picture.
function yearsOf(tile) {
  const made = element("span", "years");
  made.append(...tile.years.map((words) => element("span", "year", words)));
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
  const number = element("span", "number");
  number.append(element("span", "value", step.n), element("span", "n", step.share));
  head.append(element("span", "label", step.step), number);
  made.append(head);
  if (step.without) made.append(element("p", "without", step.without));
  if (step.losses.length) made.append(linesOf("losses", step.losses.slice(0, SHOWN)));
  const more = [...step.why.map((words) => `Without: ${words}`), ...step.losses.slice(SHOWN)];
  if (more.length) made.append(folded(more), linesOf("losses printed", more));
  return made;
}

function linesOf(className, lines) {
  const list = element("ul", className);
  list.append(...lines.map((words) => element("li", "loss", words)));
  return list;
}

// What is folded opens without the server; paper has all of it.
function folded(lines) {
  const made = element("details", "more");
  made.append(element("summary", "", `${lines.length} more reason${lines.length === 1 ? "" : "s"}`), linesOf("losses", lines));
  return made;
}
