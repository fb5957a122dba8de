// Elements that panels are made of.
// Text from the wire becomes text nodes, never markup: append() is given strings.

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
  let top = 0;
  box.addEventListener("scroll", () => {
    // The event of our own scrolling may come when there is more already: only up is the reader's.
    if (box.scrollHeight - box.scrollTop - box.clientHeight < 24) atEnd = true;
    else if (box.scrollTop < top) atEnd = false;
    top = box.scrollTop;
  });
  const sizes = new ResizeObserver(toEnd);
  sizes.observe(box);
  sizes.observe(box.firstChild);
}
