// What the visitor agrees to is put away, also before Python is there: recognition.py sees that it is gone.

const [agree, consent, begun] = ["agree", "consent", "begun"].map((id) => document.getElementById(id));

agree.disabled = false;
agree.addEventListener("click", (event) => {
  event.preventDefault(); // it need not be pressed again
  consent.hidden = true;
  begun.hidden = false;
  begun.focus({ preventScroll: true }); // it is taller than a phone
  document.querySelector("page-status").scrollIntoView();
});
