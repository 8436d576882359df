// The conversation of the filters with the server: what was asked, and what counts as chosen until it has answered.

export const STEADY = {
  ...{ open: new Set(), all: new Set(), search: "", outcome: false }, // what is in sight, from page to page
  ...{ serial: 0, pending: new Map() }, // what was asked
};

export function hear(data) {
  STEADY.serial = Math.max(STEADY.serial, data.heard);
  for (const [code, change] of STEADY.pending) if (change.serial <= data.heard) STEADY.pending.delete(code);
}

export function ask(data, setStateValue, code, value) {
  for (const other of controlOf(data, code)) STEADY.pending.delete(other);
  STEADY.pending.set(code, { serial: STEADY.serial + 1, value });
  send(setStateValue);
}

export function send(setStateValue) {
  STEADY.serial += 1;
  const changes = Object.fromEntries([...STEADY.pending].map(([code, change]) => [code, change.value]));
  setStateValue("asked", { serial: STEADY.serial, changes, outcome: STEADY.outcome });
}

export function chosen(data, code) {
  if (STEADY.pending.has(code)) return STEADY.pending.get(code).value;
  const isTakenBack = controlOf(data, code).some((other) => other !== code && STEADY.pending.has(other));
  return isTakenBack ? [] : (data.chosen[code] ?? []);
}

function controlOf(data, code) {
  const whole = (facet) => [facet.code, ...facet.parts.map((part) => part.code)];
  const controls = data.sections.flatMap((section) => section.facets.map(whole));
  return controls.find((codes) => codes.includes(code)) ?? [code];
}

export function chosenBy(data) {
  return STEADY.pending.get("by")?.value ?? data.by;
}

// The section of outcomes is counted when it is opened: what it asks of the data is derived for it alone.
export function countWhenOpened(view, section) {
  if (section.asks && !STEADY.outcome) view.askOutcome();
}

export function isNarrowed(data, code) {
  const range = rangeOfCode(data, code);
  const value = chosen(data, code);
  return value.length > 0 && !(range && value[0] === range[0] && value[1] === range[1]);
}

function rangeOfCode(data, code) {
  return data.sections.flatMap((section) => section.facets).find((facet) => facet.code === code)?.range;
}
