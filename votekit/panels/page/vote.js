// A button and a bar for each option.

function draw(body, first, act) {
  const list = make("ul", { class: "votekit-options" });
  const rows = first.options.map((option, index) => {
    const label = named("span");
    const mine = make("span", { class: "votekit-mine", "aria-hidden": "true" }, "◆");
    const button = make("button", { type: "button", class: "votekit-button" }, mine, label);
    const fill = make("div", { class: "votekit-fill" });
    const bar = make("div", { class: "votekit-bar", role: "meter" }, fill);
    bar.setAttribute("aria-valuemin", "0");
    bar.setAttribute("aria-valuemax", "100");
    const count = make("span", { class: "votekit-count" });
    const percent = make("span", { class: "votekit-percent" });
    const about = { subject: "vote", what: `your vote for ${option.name}` };
    button.addEventListener("click", () => act({ type: "vote", option: index }, about));
    list.append(make("li", {}, button, bar, count, percent));
    return { label, button, bar, fill, count, percent };
  });
  const summary = make("p", { class: "votekit-summary" });
  const choice = make("p", { class: "votekit-choice", dir: "auto" });
  const aside = make("p", { class: "votekit-aside", dir: "auto" });
  body.append(list, make("div", { class: "votekit-foot" }, summary, choice, aside));

  return (state, live) => {
    for (const [index, option] of state.options.entries()) {
      const row = rows[index];
      const spoken = option.percent ? `${option.count}, ${option.percent}` : "not known yet";
      write(row.label, option.name);
      able(row.button, live);
      row.button.setAttribute("aria-pressed", String(option.mine));
      row.bar.setAttribute("aria-label", `votes for ${option.name}`);
      row.bar.setAttribute("aria-valuenow", String(Math.round(option.share * 100)));
      row.bar.setAttribute("aria-valuetext", spoken);
      row.bar.classList.toggle("votekit-bar-mine", option.mine);
      row.fill.style.width = `${option.share * 100}%`;
      write(row.count, option.count);
      write(row.percent, option.percent);
    }
    const mine = state.options.find((option) => option.mine);
    write(summary, state.summary);
    write(choice, mine ? `◆ your choice: ${mine.name}` : "");
    write(aside, state.aside);
    const counts = state.options.map((option) => `${option.name} ${option.count}`);
    return `${state.name}: ${counts.join(", ")}; ${state.summary}`;
  };
}
