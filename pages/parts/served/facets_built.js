// The filters are built once per set of options, so that focus and scrolling stay.

import { STEADY, chosen, chosenBy, countWhenOpened } from "./facets_asked.js";
import { update } from "./facets_updated.js";

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== "") element.setAttribute(name, value);
  }
  element.append(...children); // texts become text nodes
  return element;
}

export function build(view) {
  const { data, root } = view;
  const focused = root.getRootNode().activeElement?.id;
  const search = make("input", {
    type: "search",
    id: "search",
    placeholder: "Search filters",
    "aria-label": "Search filters",
    oninput: (event) => {
      STEADY.search = event.target.value;
      update(root.view);
    },
  });
  search.value = STEADY.search;
  const none = make("p", { class: "none", role: "status", hidden: true }, "No filter matches.");
  root.onkeydown = (event) => event.stopPropagation(); // else letters typed here are Streamlit's shortcuts
  root.replaceChildren(search, none, ...data.sections.map((section) => sectionOf(root, section)));
  if (focused) root.querySelector(`#${CSS.escape(focused)}`)?.focus();
}

function sectionOf(root, section) {
  const facets = section.facets.map((facet) => facetOf(root, facet));
  if (!section.name) return make("div", { class: "section" }, ...facets);
  const badge = make("span", { class: "badge", hidden: true });
  const head = make("summary", {}, make("span", {}, section.name), badge);
  const box = make("details", { class: "section", "data-name": section.name }, head, ...facets);
  box.open = STEADY.open.has(section.name);
  head.addEventListener("click", () => {
    STEADY.open[box.open ? "delete" : "add"](section.name); // what the click will make of it
    if (!box.open) countWhenOpened(root.view, section);
  });
  return box;
}

function facetOf(root, facet) {
  const name = `name:${facet.code}`;
  const head = make("div", { class: "head" }, make("span", { id: name }, facet.label));
  if (facet.compares) head.append(compareOf(root, facet));
  const box = make("div", { class: "facet", role: "group", "aria-labelledby": name, "data-code": facet.code }, head);
  if (facet.help) box.append(make("p", { class: "help" }, facet.help));
  if (facet.range) box.append(rangeOf(root, facet));
  if (facet.levels) box.append(...facet.levels.map((level) => rowOf(root, facet, level)));
  if (facet.levels?.length > facet.shown) box.append(moreOf(root, facet));
  box.classList.toggle("few", Boolean(facet.few));
  box.append(...facet.parts.map((part) => facetOf(root, part)));
  return box;
}

function compareOf(root, facet) {
  return make(
    "button",
    {
      type: "button",
      class: "compare",
      id: `compare:${facet.code}`,
      "aria-label": `Compare by ${facet.label}`,
      onclick: () => root.view.ask("by", chosenBy(root.view.data) === facet.code ? "" : facet.code),
    },
    "Compare",
  );
}

function rowOf(root, facet, [code, words]) {
  const id = `${facet.code}:${encodeURIComponent(code)}`; // a name may hold blanks, which an id may not
  const box = make("input", {
    type: "checkbox",
    id,
    "aria-labelledby": `words:${id}`,
    "aria-describedby": `n:${id}`,
    onchange: () => {
      const now = new Set(chosen(root.view.data, facet.code));
      now[box.checked ? "add" : "delete"](code);
      root.view.ask(facet.code, [...now]);
    },
  });
  return make(
    "label",
    { class: "row", "data-code": code, "data-words": words.toLowerCase() },
    box,
    make("span", { class: "words", id: `words:${id}` }, words),
    make("span", { class: "n", id: `n:${id}` }),
    make("span", { class: "bar", "aria-hidden": "true" }),
  );
}

function moreOf(root, facet) {
  return make("button", {
    type: "button",
    class: "more",
    id: `more:${facet.code}`,
    onclick: () => {
      STEADY.all[STEADY.all.has(facet.code) ? "delete" : "add"](facet.code);
      update(root.view);
    },
  });
}

function rangeOf(root, facet) {
  const [low, high] = facet.range;
  const ends = ["from", "to"].map((end) =>
    make("input", {
      type: "number",
      id: `${facet.code}:${end}`,
      "aria-label": `${facet.label} ${end}, ${facet.unit}`,
      min: low,
      max: high,
      step: 1,
      oninput: (event) => event.target.toggleAttribute("data-typed", true),
      onchange: () => {
        for (const box of ends) box.removeAttribute("data-typed");
        const typed = ends.map((box, i) => (box.value === "" ? facet.range[i] : Math.round(Number(box.value))));
        const inside = typed.map((value) => Math.min(Math.max(value, low), high));
        root.view.ask(facet.code, inside.sort((a, b) => a - b));
      },
    }),
  );
  const free = () => root.view.ask(facet.code, [low, high]);
  const names = { id: `${facet.code}:any`, class: "any", "aria-label": `Any ${facet.label}` };
  const any = make("button", { type: "button", ...names, onclick: free }, "Any");
  return make("div", { class: "range" }, ends[0], "to", ends[1], make("span", {}, facet.unit), any);
}
