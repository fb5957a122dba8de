// Tick who will hear it; see who did.

function draw(body, first, act) {
  const list = make("ul", { class: "votekit-ticks" });
  const nobody = tickOf("nobody", (on, about) =>
    act({ type: "tick", nobody: on }, about),
  );
  const again = make("button", { type: "button", class: "votekit-button" }, "Predict again");
  const summary = make("p", { class: "votekit-summary", role: "status" });
  let anew = false;
  again.addEventListener("click", () => {
    anew = true;
    act({ type: "again" }, { subject: "again", what: "“predict again”", once: true });
  });
  body.append(list, nobody.element, summary, again);
  const ticks = new Map();

  return (state, live) => {
    // A client of a story that this log never saw has no number.
    const keys = new Map(
      state.clients.map((client, index) => [
        client,
        client.number < 0 ? `${index} ${client.name}` : String(client.number),
      ]),
    );
    keep(list, state.clients, (client) => keys.get(client), (client) => {
      const tick = tickOf(client.name, (on, about) =>
        act({ type: "tick", client: client.number, on }, about),
      );
      ticks.set(keys.get(client), tick);
      return make("li", {}, tick.element);
    });
    const { scored } = state;
    for (const client of state.clients) ticks.get(keys.get(client)).update(client, scored, live);
    nobody.update({ on: state.nobody, mark: "", because: "", away: false }, scored, live);
    able(again, live);
    nobody.element.hidden = state.scored && !state.nobody;
    again.hidden = !state.scored;
    write(summary, state.summary);
    if (anew && !state.scored) {
      anew = false;
      body.querySelector("input").focus(); // the button that had it is gone
    }
    return null;
  };
}

function tickOf(name, change) {
  const box = make("input", { type: "checkbox" });
  const away = make("span", { class: "votekit-away" });
  const label = make("label", {}, box, make("span", {}, make("bdi", {}, name), " ", away));
  const mark = make("span", { class: "votekit-mark" });
  const because = make("span", { class: "votekit-because", dir: "auto" });
  const element = make("div", { class: "votekit-tick" }, label, mark, because);
  box.addEventListener("change", () => {
    const what = `${box.checked ? "the tick of" : "that you unticked"} ${name}`;
    change(box.checked, { subject: `tick ${name}`, what, once: true });
  });

  const update = (told, scored, live) => {
    box.checked = told.on;
    box.disabled = scored;
    able(box, live);
    write(away, told.away && !scored ? "(not connected)" : "");
    showVerdict(mark, told.mark);
    element.classList.toggle("votekit-scored", scored);
    write(because, told.because);
  };
  return { element, update };
}
