// The filters brought up to date: what is chosen, how many, what is in sight.

import { STEADY, chosen, chosenBy, countWhenOpened, isNarrowed } from "./facets_asked.js";

export function update(view) {
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
    write(row.querySelector(".n"), String(n ?? ""));
    const bar = row.querySelector(".bar").style;
    const share = String((n ?? 0) / most);
    if (bar.getPropertyValue("--share") !== share) bar.setProperty("--share", share);
    row.classList.toggle("nobody", n === 0);
    const isSought = !sought || row.dataset.words.includes(sought);
    show(row, isSought && (isAll || place < facet.shown || now.has(row.dataset.code)));
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

// A row that says what it said is not touched: what is touched is restyled.
function show(row, isShown) {
  if (row.hidden === isShown) row.hidden = !isShown;
}

function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}
