// The filters of the sidebar. What is chosen and counted comes from the server (`data`); a click goes back as one value
// (`asked`). Between a click and its answer the click is shown as it was made. Words are text, never markup.

const STEADY = {
  ...{ open: new Set(), all: new Set(), search: "", outcome: false }, // what is in sight, from page to page
  ...{ serial: 0, pending: new Map(), turn: 0 }, // what was asked
};

export default function facets(component) {
  const { data, parentElement, setStateValue } = component;
  const root = parentElement.querySelector(".facets");
  hear(data);
  replaceAddress(data.address);
  const view = { data, root, ask: (code, value) => ask(view, setStateValue, code, value) };
  view.askOutcome = () => {
    STEADY.outcome = true;
    send(setStateValue);
  };
  const shape = JSON.stringify(data.sections);
  if (root.dataset.shape !== shape) {
    build(view);
    root.dataset.shape = shape;
  }
  root.view = view; // listeners ask the newest
  update(view);
}

// The conversation with the server ------------------------------------------------------------------------------------

function hear(data) {
  STEADY.serial = Math.max(STEADY.serial, data.heard);
  for (const [code, change] of STEADY.pending) if (change.serial <= data.heard) STEADY.pending.delete(code);
}

function ask(view, setStateValue, code, value) {
  for (const other of controlOf(view.data, code)) STEADY.pending.delete(other);
  STEADY.pending.set(code, { serial: STEADY.serial + 1, value });
  send(setStateValue);
  update(view);
}

function send(setStateValue) {
  STEADY.serial += 1;
  const changes = Object.fromEntries([...STEADY.pending].map(([code, change]) => [code, change.value]));
  setStateValue("asked", { serial: STEADY.serial, changes, outcome: STEADY.outcome });
}

// A menu click has an entry in the history whose address says no choices: it gets them, in place of a second entry.
function replaceAddress(address) {
  if (!address || address.turn === STEADY.turn) return;
  STEADY.turn = address.turn;
  if (!location.search) history.replaceState(history.state, "", `${location.pathname}?${address.query}${location.hash}`);
}

function chosen(data, code) {
  if (STEADY.pending.has(code)) return STEADY.pending.get(code).value;
  const isTakenBack = controlOf(data, code).some((other) => other !== code && STEADY.pending.has(other));
  return isTakenBack ? [] : (data.chosen[code] ?? []);
}

function controlOf(data, code) {
  const whole = (facet) => [facet.code, ...facet.parts.map((part) => part.code)];
  const controls = data.sections.flatMap((section) => section.facets.map(whole));
  return controls.find((codes) => codes.includes(code)) ?? [code];
}

// Building: once per set of options, so that focus and scrolling stay -----------------------------------------------

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

function build(view) {
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

// The section of outcomes is counted when it is opened: what it asks of the data is derived for it alone.
function countWhenOpened(view, section) {
  if (section.asks && !STEADY.outcome) view.askOutcome();
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

function chosenBy(data) {
  return STEADY.pending.get("by")?.value ?? data.by;
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
  const any = make(
    "button",
    { type: "button", class: "any", id: `${facet.code}:any`, onclick: () => root.view.ask(facet.code, [low, high]) },
    "Any",
  );
  any.setAttribute("aria-label", `Any ${facet.label}`);
  return make("div", { class: "range" }, ends[0], "to", ends[1], make("span", {}, facet.unit), any);
}

// Updating: what is chosen, how many, what is in sight ----------------------------------------------------------------

function update(view) {
  const { data, root } = view;
  const sought = STEADY.search.trim().toLowerCase();
  let found = 0;
  for (const section of data.sections) {
    const inside = section.facets.map((facet) => updateFacet(view, facet, sought, section.name.toLowerCase()));
    found += inside.filter(Boolean).length;
    if (section.name) updateSection(view, section, inside.some(Boolean), sought);
  }
  root.querySelector(".none").hidden = !sought || found > 0;
}

function updateSection(view, section, isFound, sought) {
  const { data, root } = view;
  const box = root.querySelector(`[data-name="${CSS.escape(section.name)}"]`);
  const codes = section.facets.flatMap((facet) => [facet.code, ...facet.parts.map((part) => part.code)]);
  const active = codes.filter((code) => isNarrowed(data, code)).length;
  const badge = box.querySelector(".badge");
  badge.textContent = `${active} active`;
  badge.hidden = !active;
  box.hidden = Boolean(sought) && !isFound;
  box.open = STEADY.open.has(section.name) || (Boolean(sought) && isFound) || active > 0;
  if (box.open && !active) countWhenOpened(view, section);
}

function isNarrowed(data, code) {
  const range = rangeOfCode(data, code);
  const value = chosen(data, code);
  return value.length > 0 && !(range && value[0] === range[0] && value[1] === range[1]);
}

function rangeOfCode(data, code) {
  return data.sections.flatMap((section) => section.facets).find((facet) => facet.code === code)?.range;
}

function updateFacet(view, facet, sought, sectionName) {
  const { data, root } = view;
  const box = root.querySelector(`[data-code="${CSS.escape(facet.code)}"].facet`);
  const isNamed = !sought || `${sectionName} ${facet.label.toLowerCase()}`.includes(sought);
  const parts = facet.parts.map((part) => updateFacet(view, part, isNamed ? "" : sought, sectionName));
  if (facet.range) updateRange(view, facet);
  const rows = facet.levels ? updateRows(view, facet, box, isNamed ? "" : sought) : 0;
  const isFound = isNamed || rows > 0 || parts.some(Boolean);
  box.hidden = !isFound;
  const compare = box.querySelector(":scope > .head > .compare");
  compare?.setAttribute("aria-pressed", String(chosenBy(data) === facet.code));
  return isFound;
}

function updateRows({ data }, facet, box, sought) {
  const counts = data.counts[facet.code] ?? {};
  const most = Math.max(1, ...Object.values(counts));
  const now = new Set(chosen(data, facet.code));
  const isAll = STEADY.all.has(facet.code) || Boolean(sought);
  let found = 0;
  [...box.querySelectorAll(":scope > .row")].forEach((row, place) => {
    const n = counts[row.dataset.code];
    row.querySelector("input").checked = now.has(row.dataset.code);
    row.querySelector(".n").textContent = n ?? "";
    row.querySelector(".bar").style.setProperty("--share", (n ?? 0) / most);
    row.classList.toggle("nobody", n === 0);
    const isSought = !sought || row.dataset.words.includes(sought);
    row.hidden = !isSought || !(isAll || place < facet.shown || now.has(row.dataset.code));
    found += isSought;
  });
  updateMore(box, facet, sought);
  return found;
}

function updateMore(box, facet, sought) {
  const more = box.querySelector(":scope > .more");
  if (!more) return;
  const isAll = STEADY.all.has(facet.code);
  const n = facet.levels.length;
  more.textContent = isAll ? "Fewer" : facet.shown ? `${n - facet.shown} more` : `Show ${n}`;
  more.setAttribute("aria-expanded", String(isAll));
  more.setAttribute("aria-label", `${more.textContent}: ${facet.label}`);
  more.hidden = Boolean(sought);
}

function updateRange({ data, root }, facet) {
  const isSet = isNarrowed(data, facet.code);
  const value = isSet ? chosen(data, facet.code) : facet.range;
  ["from", "to"].forEach((end, i) => {
    const input = root.querySelector(`#${CSS.escape(`${facet.code}:${end}`)}`);
    if (!input.hasAttribute("data-typed")) input.value = value[i];
  });
  root.querySelector(`#${CSS.escape(`${facet.code}:any`)}`).hidden = !isSet;
}
