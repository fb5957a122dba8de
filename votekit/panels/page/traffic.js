// The story as it grows, and who heard what how often.

const MARKS = ["·", "●"]; // as in a matrix

function draw(body, first, act) {
  const rows = make("ol");
  const box = make("div", { class: "votekit-rows", role: "log", "aria-live": "off" }, rows);
  box.setAttribute("aria-label", "What happened, newest last");
  box.tabIndex = 0;
  follow(box);
  const head = make("tr");
  const table = make("tbody");
  const hidden = make("p", { class: "votekit-summary" });
  const scroll = make("div", { class: "votekit-table" });
  scroll.setAttribute("role", "group");
  scroll.setAttribute("aria-label", "Who heard what, how often");
  scroll.tabIndex = 0;
  scroll.append(make("table", {}, make("thead", {}, head), table));
  body.append(box, scroll, hidden);

  return (state) => {
    const lines = state.rows.map((text, index) => ({ text, index }));
    keep(rows, lines, (line) => line.index, () => make("li"));
    for (const line of lines) write(rows.children[line.index], line.text);
    scroll.hidden = state.events.length === 0;
    cells(head, ["heard", ...state.events], () => make("th", { scope: "col" }));
    keep(table, state.clients.map((client, index) => index), String, () => make("tr"));
    for (const [index, client] of state.clients.entries()) {
      const texts = [client.name, ...client.counts.map((count) => MARKS[count] ?? `● ${count}`)];
      cells(table.children[index], texts, (column) =>
        column === 0 ? make("th", { scope: "row" }) : make("td"),
      );
      for (const [column, count] of client.counts.entries()) {
        const cell = table.children[index].children[column + 1];
        cell.classList.toggle("votekit-heard", count > 0);
      }
    }
    write(hidden, state.hidden);
    return `newest row: ${state.rows.at(-1)}`;
  };
}

function cells(row, texts, create) {
  keep(row, texts.map((text, index) => index), String, create);
  for (const [index, text] of texts.entries()) write(row.children[index], text);
}
