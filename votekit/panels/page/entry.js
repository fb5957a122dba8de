// A field whose text is handed in by Enter or by a button.

function onEntry(form, field, hand) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    hand();
  });
  // JupyterLab cancels the input event by which Enter would submit a form.
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    hand();
  });
}
