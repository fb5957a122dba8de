// Say a number; see what it is.

function draw(body, first, act, key) {
  // A field of type "number" would keep what is no number to itself, and nobody could answer it.
  const field = make("input", { type: "text", inputmode: "decimal", maxlength: "100" });
  field.setAttribute("class", "votekit-field");
  field.setAttribute("autocomplete", "off");
  const say = make("button", { type: "submit", class: "votekit-button" }, "Guess");
  const form = make("form", { class: "votekit-guess", novalidate: "" }, field, say);
  const mark = make("span", { class: "votekit-mark" });
  const because = make("span", { class: "votekit-because" });
  const result = make("p", { class: "votekit-result", role: "status" }, mark, " ", because);
  const summary = make("p", { class: "votekit-summary", role: "status" });
  const again = make("button", { type: "button", class: "votekit-button" }, "Guess again");
  body.append(form, result, summary, again);

  // What was typed stays until Python has taken it as a guess.
  const draft = draftOf(key, "guess");
  let told = first;
  let pending = draft.read();
  let anew = false;
  field.value = pending || first.said;
  const wants = (text) => {
    pending = text;
    draft.keep(text);
  };
  const hint = () => write(summary, pending ? "not said yet: press Enter, or “Guess”" : told.summary);
  const redraw = () => {
    if (!pending) field.value = told.said;
    hint();
  };
  field.addEventListener("input", () => {
    wants(field.value === told.said ? "" : field.value);
    field.removeAttribute("aria-invalid");
    hint();
  });
  // Whoever clicks on into the next cell means what is typed.
  field.addEventListener("blur", (event) => {
    if (pending && !body.contains(event.relatedTarget)) form.requestSubmit();
  });
  onEntry(form, field, () => {
    if (told.scored) return;
    const text = field.value;
    const then = (done) => {
      if (field.value !== text) return;
      if (done) wants("");
      else if (pending || !told.said) field.setAttribute("aria-invalid", "true");
      redraw();
    };
    const what = "your guess (send it again)";
    act({ type: "say", text }, { subject: "guess", what, once: true, then });
  });
  again.addEventListener("click", () => {
    anew = true;
    act({ type: "again" }, { subject: "again", what: "“guess again”", once: true });
  });

  return (state, live, gone) => {
    told = state;
    if (state.scored) wants("");
    able(say, !gone);
    able(again, live);
    field.setAttribute("aria-label", state.name);
    field.readOnly = state.scored;
    if (state.scored) field.removeAttribute("aria-invalid");
    say.hidden = state.scored;
    again.hidden = !state.scored;
    showVerdict(mark, state.mark);
    write(because, state.because);
    redraw();
    if (anew && !state.scored) {
      anew = false;
      field.focus(); // the button that had it is gone
    }
    return null;
  };
}
