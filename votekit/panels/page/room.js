// Rooms to join, leave and talk in.

function draw(body, first, act, key) {
  const grid = make("div", { class: "votekit-rooms" });
  const rooms = first.rooms.map((room, index) => roomOf(room, index, act, key));
  const elsewhere = messagesOf("Messages that state no room, or another one");
  const others = make("div", { class: "votekit-elsewhere" }, elsewhere);
  grid.append(...rooms.map((room) => room.element));
  body.append(grid, others);
  let newest = -1;

  return (state, live, gone) => {
    let last = null;
    for (const [index, room] of state.rooms.entries()) {
      rooms[index].update(room, live, gone);
      const message = room.messages.at(-1);
      if (message && message.id > (last?.id ?? -1)) last = { ...message, where: room.name };
    }
    others.hidden = state.elsewhere.length === 0;
    showMessages(elsewhere, state.elsewhere);
    const message = state.elsewhere.at(-1);
    if (message && message.id > (last?.id ?? -1)) last = message;
    if (last === null || last.id <= newest) return null;
    newest = last.id;
    return `${last.where}, ${last.who || "somebody"}: ${last.text}`;
  };
}

function roomOf(first, index, act, key) {
  const title = named("span", { class: "votekit-room-name" });
  const toggle = make("button", { type: "button", class: "votekit-button" });
  const inside = make("p", { class: "votekit-members", dir: "auto" });
  const messages = messagesOf(`Messages in ${first.name}`);
  const field = make("input", { type: "text", maxlength: "2000", dir: "auto" });
  field.setAttribute("class", "votekit-field");
  field.setAttribute("aria-label", `Message to ${first.name}`);
  field.setAttribute("placeholder", "Message");
  const send = make("button", { type: "submit", class: "votekit-button" }, "Send");
  send.setAttribute("aria-label", `Send to ${first.name}`);
  const form = make("form", {}, field, send);
  const element = make("div", { class: "votekit-room", role: "group" });
  element.setAttribute("aria-label", `Room ${first.name}`);
  element.append(make("div", { class: "votekit-room-head" }, title, toggle), inside, messages, form);

  let joined = first.joined;
  toggle.addEventListener("click", () => {
    const type = joined ? "leave" : "join";
    const what = `“${toggle.getAttribute("aria-label")}”`;
    act({ type, room: index }, { subject: `in ${index}`, what });
  });
  // What was typed stays until Python has sent it.
  const draft = draftOf(key, index);
  field.value = draft.read();
  field.addEventListener("input", () => draft.keep(field.value));
  const say = () => {
    const text = field.value;
    const then = (done) => {
      if (!done || field.value !== text) return;
      field.value = "";
      draft.keep("");
    };
    const what = `your message to ${first.name} (send it again)`;
    act({ type: "say", room: index, text }, { subject: `say ${index}`, what, once: true, then });
  };
  onEntry(form, field, say);

  const update = (room, live, gone) => {
    joined = room.joined;
    able(toggle, live);
    able(send, !gone);
    write(title, room.name);
    write(toggle, joined ? "Leave" : "Join");
    toggle.setAttribute("aria-label", `${joined ? "Leave" : "Join"} ${room.name}`);
    write(inside, `In the room: ${room.members.join(", ") || "nobody"}`);
    element.classList.toggle("votekit-joined", joined);
    showMessages(messages, room.messages);
  };
  return { element, update };
}

function messagesOf(label) {
  // What is new is read out by the panel, a message every other second.
  const box = make("div", { class: "votekit-messages", role: "log", "aria-live": "off" });
  box.setAttribute("aria-label", label);
  box.tabIndex = 0;
  box.append(make("ol"));
  follow(box);
  return box;
}

function showMessages(box, messages) {
  keep(box.firstChild, messages, (message) => message.id, messageOf);
}

function messageOf(message) {
  const item = make("li");
  if (message.where) item.append(named("span", { class: "votekit-where" }), ": ");
  if (message.where) write(item.firstChild, message.where);
  if (message.who) item.append(make("bdi", { class: "votekit-who" }, message.who), ": ");
  item.append(make("bdi", {}, message.text));
  return item;
}
