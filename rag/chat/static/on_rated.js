() => {  // only once it is true
  for (const form of document.querySelectorAll('form.comment[data-sent]')) {
    delete form.dataset.sent;
    form.querySelector('button').textContent = 'Saved';
  }
}
