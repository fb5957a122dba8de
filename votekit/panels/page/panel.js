// What every panel shares: the frame, the status line, and what is read out.
//
// A panel's own part comes before this one, in the same module, and defines
// draw(body, state, act, key): it makes the elements once and returns update(state, live, gone),
// which draws what the kernel knows. Unless the panel is `live`, no control can be used but what
// sends a text again, and once its kernel is `gone`, not that one.

const READ_OUT_EVERY = 2000;
const SHAPES = { connected: "●", disconnected: "○", ended: "✕", none: "" };
// What the kernel said last is shown only as long as it answers.
const SAID = {
  new: ["", ""],
  waiting: ["◌", "waiting for the kernel…"],
  silent: ["✕", "no answer from the kernel for over 10\u00a0s"],
  gone: ["✕", "no kernel"],
};
const AGAIN = "run the notebook again from the top.";
const ADVICE = {
  silent: `If a cell is running, wait until it ends; otherwise ${AGAIN}`,
  gone: `The kernel of this panel is gone, so nothing here is live: ${AGAIN}`,
};

// A control that cannot be used keeps the focus, and with it the reader's place and keys.
function able(control, live) {
  if (live) control.removeAttribute("aria-disabled");
  else control.setAttribute("aria-disabled", "true");
}

function stayOut(event) {
  if (!event.target.closest("[aria-disabled]")) return;
  event.preventDefault();
  event.stopPropagation();
}

// Keys are the panel's: JupyterLab would cut the cell at x, or run it at Enter. Only Escape is not.
function keepKeys(event) {
  if (event.key !== "Escape") event.stopPropagation();
}

// Reads out the newest text, at most every other second, and always the last one.
function reader(region) {
  let timer = null;
  let next = null;
  const say = () => {
    timer = null;
    if (next === null) return;
    write(region, next);
    next = null;
    timer = setTimeout(say, READ_OUT_EVERY);
  };
  return {
    say(text) {
      if (text === null) return;
      next = text;
      if (timer === null) say();
    },
    end() {
      clearTimeout(timer);
    },
  };
}

function render({ model, el }) {
  const view = `${Date.now()}-${Math.random()}`;
  const printed = printedOf();
  const callbacks = { iopub: { output: printed.add } };
  const acts = actsOf((message) => model.send({ ...message, view }, callbacks), (redraw) => {
    frame();
    if (redraw) fill();
  });

  const name = named("span", { class: "votekit-name" });
  const shape = make("span", { class: "votekit-shape", "aria-hidden": "true" });
  const words = make("span", { dir: "auto" });
  const status = make("span", { class: "votekit-status", role: "status" }, shape, words);
  const advice = make("p", { class: "votekit-gone", role: "status", dir: "auto" });
  const body = make("div", { class: "votekit-body" });
  const notice = make("p", { class: "votekit-notice", role: "status", dir: "auto" });
  const aloud = make("p", { class: "votekit-aloud", "aria-live": "polite" });
  const root = make("div", { class: "votekit", role: "group" });
  root.setAttribute("data-lm-suppress-shortcuts", "true");
  const head = make("div", { class: "votekit-head" }, name, status);
  root.append(head, advice, body, notice, printed.element, aloud);
  root.addEventListener("keydown", keepKeys);
  root.addEventListener("click", stayOut, true);

  const read = reader(aloud);
  const update = draw(body, model.get("_state"), acts.act, model.get("_key"));
  let spoken = null;
  const fill = () => {
    const { phase } = acts;
    const news = update(model.get("_state"), !["silent", "gone"].includes(phase), phase === "gone");
    if (news !== spoken) read.say(news);
    spoken = news ?? spoken;
  };
  const frame = () => {
    const state = model.get("_state");
    const { phase, unsent } = acts;
    const [sign, said] = SAID[phase] ?? [SHAPES[state.standing.shape], state.standing.words];
    root.setAttribute("aria-label", state.label);
    root.dataset.kernel = phase;
    root.dataset.standing = phase in SAID ? "" : state.standing.shape;
    write(name, state.name);
    write(shape, sign);
    write(words, said);
    const so = phase === "silent" ? "Not sent so far" : "Not sent"; // it goes out if the kernel wakes
    const told = unsent.length > 0 ? `${so}: ${unsent.join("; ")}.` : "";
    write(advice, [told, ADVICE[phase]].filter(Boolean).join(" "));
    write(notice, state.notice ? `⚠ ${state.notice}` : "");
  };
  const change = () => {
    frame();
    fill();
  };
  change();
  // Pages that are reloaded take no leave, so the panel asks at times who is still there.
  const heard = (message) => {
    if (message.type === "who looks?") acts.act({ type: "here" });
    if (message.type === "answers") {
      const mine = message.answers.filter((answer) => answer.view === view);
      if (mine.length > 0) acts.answered(mine);
    }
  };
  // After a sleep, or in another network, it is not known who is still there.
  const awake = () => {
    if (!document.hidden) acts.ask();
  };
  const listening = [
    ["change:_state", change],
    // A comm lives until its kernel restarts or dies; the model never gets another one.
    ["comm_live_update", acts.end],
    ["msg:custom", heard],
  ];
  for (const [event, listener] of listening) model.on(event, listener);
  document.addEventListener("visibilitychange", awake);
  window.addEventListener("online", awake);
  el.append(root);
  acts.act({ type: "shown" });
  return () => {
    read.end();
    for (const [event, listener] of listening) model.off(event, listener);
    document.removeEventListener("visibilitychange", awake);
    window.removeEventListener("online", awake);
    acts.act({ type: "gone" });
    acts.end();
  };
}

export default { render };
