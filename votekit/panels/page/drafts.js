// What was typed and not sent, kept for a page that is reloaded, where the browser lets a page keep.

function draftOf(panel, name) {
  const key = `votekit draft ${panel} ${name}`;
  return {
    read() {
      try {
        return sessionStorage.getItem(key) ?? "";
      } catch {
        return "";
      }
    },
    keep(text) {
      try {
        if (text) sessionStorage.setItem(key, text);
        else sessionStorage.removeItem(key);
      } catch {
        // It is only not kept.
      }
    },
  };
}
