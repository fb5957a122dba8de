// What handlers printed that an act of this page set off: no cell is there to show it.

const MOST_PRINTED = 4000; // characters, the newest

function printedOf() {
  const text = make("pre", { role: "log", "aria-label": "Printed by handlers" });
  text.tabIndex = 0;
  const element = make("div", { class: "votekit-printed" }, make("p", {}, "Printed"), text);
  element.hidden = true;
  const add = ({ content }) => {
    const said = content.text ?? content.data?.["text/plain"] ?? `${content.ename}: ${content.evalue}\n`;
    write(text, (text.textContent + said).slice(-MOST_PRINTED));
    element.hidden = false;
    text.scrollTop = text.scrollHeight;
  };
  return { element, add };
}
