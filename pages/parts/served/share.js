// One button: the address of what is on the screen goes to the clipboard. Where the browser forbids that (no https), the
// address is shown, selected, to be copied by hand.
export default function (component) {
  const { parentElement } = component;
  const button = parentElement.querySelector("button");
  const said = parentElement.querySelector("[role=status]");
  const field = parentElement.querySelector("input");
  button.onclick = async () => {
    const address = window.location.href;
    try {
      await navigator.clipboard.writeText(address);
      said.textContent = "Address copied";
      field.hidden = true;
    } catch {
      said.textContent = "Copy this address:";
      field.hidden = false;
      field.value = address;
      field.select();
    }
    setTimeout(() => {
      said.textContent = "";
    }, 4000);
  };
}
