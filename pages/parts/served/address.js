// A menu click has an entry in the history whose address says no choices: it gets them, in place of a second entry. The
// facets do that for what is known before the page is drawn, this element for what the page finds out (an option that it
// has not), in place of what the facets said. An address that somebody has gone to since stays.

let turn = 0;

export function replaceAddress(address) {
  if (!address || address.turn === turn) return;
  turn = address.turn;
  if (!["", `?${address.before}`].includes(location.search)) return;
  const query = address.query ? `?${address.query}` : "";
  history.replaceState(history.state, "", `${location.pathname}${query}${location.hash}`);
}

export default function address(component) {
  replaceAddress(component.data);
}
