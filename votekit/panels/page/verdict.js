// Right and wrong: a sign, a word and a colour, the same in every panel.

const VERDICTS = { "✓": ["✓ right", "right"], "✗": ["✗ wrong", "wrong"] };

function showVerdict(element, mark) {
  const [words, kind] = VERDICTS[mark] ?? ["", ""];
  write(element, words);
  element.dataset.verdict = kind;
}
