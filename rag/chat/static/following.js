element.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-do=unfollow]');
  if (button) trigger('delete', {id: button.dataset.id});
});
element.addEventListener('submit', (event) => {
  event.preventDefault();
  const question = event.target.querySelector('input').value.trim();
  if (question) trigger('submit', {question});
});
