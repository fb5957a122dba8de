// What becomes of the acts of a page, and what that says of the kernel. No element is touched here.
//
// Every act has a number, and Python answers each number, once it has sent the state that came of
// it. An act that is asked for again while it has no answer keeps its number, and Python does none
// twice. What the page may say follows from the act that has waited longest:
//
//   new      nothing was ever answered, so what the kernel said once may be long past
//   live     all is answered, or still may be within a second
//   waiting  no answer for a second: the kernel is busy, or out of reach
//   silent   none for ten: whatever was asked for counts as not sent, until an answer comes
//   gone     the comm has ended, and no other will come
//
// `changed(redraw)` is called when any of this changes; to redraw is to put back what a control shows
// of an act that did not come about.

const LATE = 1000;
const SILENT = 10_000;
const RARELY = 60_000;

function actsOf(post, changed) {
  const open = new Map(); // acts without an answer, by number
  const unsent = new Map(); // the last of each subject that never came to the kernel
  let [count, heard, phase, timer] = [0, false, "new", null];
  let [pause, askAt] = [0, 0];
  let tells = false; // the reader has done nothing since that was found out

  const go = (act) => {
    act.at ??= performance.now(); // of one that goes once more, when it was asked for first
    open.set(act.number, act);
    try {
      post({ ...act.message, act: act.number });
    } catch {
      end();
    }
  };

  // Asks whether anybody is there; a question that was asked before need not be answered.
  const ask = () => {
    for (const [number, { what }] of open) if (!what) open.delete(number);
    count += 1;
    go({ number: count, message: { type: "here" }, subject: "", what: "", then() {} });
  };

  const phaseAt = (waited) => {
    if (phase === "gone" || (phase === "silent" && open.size > 0)) return phase;
    if (waited >= SILENT) return "silent";
    if (waited >= LATE) return "waiting";
    return heard ? "live" : "new";
  };

  const look = () => {
    clearTimeout(timer);
    const now = performance.now();
    const waited = Math.max(0, ...[...open.values()].map((act) => now - act.at));
    const before = phase;
    phase = phaseAt(waited);
    if (phase === "silent") {
      if (before !== "silent") [pause, askAt] = [SILENT / 2, now];
      if (now >= askAt) {
        pause = Math.min(2 * pause, RARELY);
        askAt = now + pause;
        ask();
      }
      timer = setTimeout(look, askAt - now);
    } else if (open.size > 0 && phase !== "gone") {
      timer = setTimeout(look, (waited < LATE ? LATE : SILENT) - waited);
    }
    if (phase !== before) changed(phase === "silent");
  };

  const end = () => {
    clearTimeout(timer);
    if (phase === "gone") return;
    phase = "gone";
    changed(true);
  };

  return {
    // `subject`: what the act is about, `what`: how it is called when it was not sent; `once`: it is
    // not done again before it is answered; `then(done)`: called with the answer.
    act(message, { subject = "", what = "", once = false, then = () => {} } = {}) {
      if (phase === "gone") return;
      const same = (act) =>
        act.subject === subject && JSON.stringify(act.message) === JSON.stringify(message);
      const last = [...open.values()].filter((act) => what && act.subject === subject).at(-1);
      const known = last ?? unsent.get(subject);
      const again = known && same(known) && (once || !last || phase !== "live");
      unsent.delete(subject);
      tells = false;
      if (!again) count += 1;
      go(again ? Object.assign(known, { then }) : { number: count, message, subject, what, then });
      look();
      changed(false);
    },
    ask() {
      if (phase === "live" && open.size === 0) ask();
      else askAt = 0;
      look();
    },
    answered(answers) {
      const now = performance.now();
      // What is said first may go by the queue that cells wait in, and with it what comes after, as
      // the kernel answers where it was asked: by now JupyterLab has another one for panels.
      if (!heard) ask();
      heard = true;
      for (const { act: number, done } of answers) {
        const late = [...unsent.values()].find((act) => act.number === number);
        const act = open.get(number) ?? late;
        open.delete(number);
        if (late) unsent.delete(late.subject);
        act?.then(done);
      }
      // What it answers none of, after so long and with others answered, never came to it.
      for (const [number, act] of open) {
        if (now - act.at < SILENT) continue;
        open.delete(number);
        if (act.what) unsent.set(act.subject, Object.assign(act, { at: null }));
        tells = true;
      }
      if (phase === "silent") phase = "live";
      look();
      changed(![...open.values()].some((act) => act.what));
    },
    end,
    get phase() {
      return phase;
    },
    get unsent() {
      const waits = phase === "silent" || phase === "gone" ? [...open.values()] : [];
      return [...(tells ? unsent.values() : []), ...waits].map((act) => act.what).filter(Boolean);
    },
  };
}
