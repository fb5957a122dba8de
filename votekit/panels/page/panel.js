// What every panel shares: the frame, the status line, and what is read out.
//
// A panel's own part comes before this one, in the same module, and defines
// draw(body, state, act): it makes the elements once and returns update(state).
// Text from the wire becomes text nodes, never markup: append() is given strings.

const READ_OUT_EVERY = 2000;
const GONE = "The kernel of this panel is gone, so nothing here is live. Run its cell again.";
const SHAPES = { connected: "●", disconnected: "○", ended: "✕" };

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// Setting the same text again would make some screen readers say it again.
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// A name from the wire keeps its own direction of writing to itself.
function named(tag, attributes = {}) {
  return make(tag, { dir: "auto", ...attributes });
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

// One child per item: those that stay keep their element, and with it focus and place.
function keep(parent, items, key, create) {
  const there = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  for (const [index, item] of items.entries()) {
    const name = String(key(item));
    let child = there.get(name);
    there.delete(name);
    if (child === undefined) {
      child = create(item);
      child.dataset.key = name;
    }
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  }
  for (const child of there.values()) child.remove();
}

// Stays at the end of what grows, unless the reader has scrolled up.
function follow(box) {
  let atEnd = true;
  const toEnd = () => {
    if (atEnd) box.scrollTop = box.scrollHeight;
  };
  box.addEventListener("scroll", () => {
    atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 24;
  });
  const sizes = new ResizeObserver(toEnd);
  sizes.observe(box);
  sizes.observe(box.firstChild);
}

function render({ model, el }) {
  const view = `${Date.now()}-${Math.random()}`;
  const act = (message) => {
    try {
      model.send(message);
    } catch {
      orphan();
    }
  };

  const name = named("span", { class: "votekit-name" });
  const shape = make("span", { class: "votekit-shape", "aria-hidden": "true" });
  const words = make("span", { dir: "auto" });
  const status = make("span", { class: "votekit-status", role: "status" }, shape, words);
  const gone = make("p", { class: "votekit-gone", role: "status" });
  const body = make("div", { class: "votekit-body" });
  const notice = make("p", { class: "votekit-notice", role: "status", dir: "auto" });
  const aloud = make("p", { class: "votekit-aloud", "aria-live": "polite" });
  // JupyterLab's own shortcuts would take Enter and Space away from the buttons.
  const root = make("div", { class: "votekit", role: "group" });
  root.setAttribute("data-lm-suppress-shortcuts", "true");
  root.append(make("div", { class: "votekit-head" }, name, status), gone, body, notice, aloud);

  const read = reader(aloud);
  const update = draw(body, model.get("_state"), act);
  const change = () => {
    const state = model.get("_state");
    root.setAttribute("aria-label", state.label);
    write(name, state.name);
    root.dataset.standing = state.standing.shape;
    write(shape, SHAPES[state.standing.shape]);
    write(words, state.standing.words);
    write(notice, state.notice ? `⚠ ${state.notice}` : "");
    read.say(update(state));
  };
  change();
  model.on("change:_state", change);
  // A comm lives until its kernel restarts or dies; the model never gets another one.
  const orphan = () => {
    root.classList.add("votekit-orphan");
    write(gone, GONE);
  };
  model.on("comm_live_update", orphan);
  // Pages that are reloaded take no leave, so the panel asks at times who is still there.
  const asked = (message) => {
    if (message.type === "who looks?") act({ type: "here", view });
  };
  model.on("msg:custom", asked);
  el.append(root);
  act({ type: "shown", view });
  return () => {
    read.end();
    model.off("change:_state", change);
    model.off("comm_live_update", orphan);
    model.off("msg:custom", asked);
    act({ type: "gone", view });
  };
}

export default { render };
