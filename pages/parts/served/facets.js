// The filters of the sidebar. What is chosen and counted comes from the server (`data`); a click goes back as one value
// (`asked`). Between a click and its answer the click is shown as it was made. Words are text, never markup.

import { replaceAddress } from "./address.js";
import { STEADY, ask, hear, send } from "./facets_asked.js";
import { build } from "./facets_built.js";
import { update } from "./facets_updated.js";

export default function facets(component) {
  const { data, parentElement, setStateValue } = component;
  const root = parentElement.querySelector(".facets");
  hear(data);
  replaceAddress(data.address);
  const view = { data, root };
  view.ask = (code, value) => {
    ask(data, setStateValue, code, value);
    update(view);
  };
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
