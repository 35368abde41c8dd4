let turned = false;
element.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-do]');
  if (!button) return;
  turned = button.dataset.do === 'page';
  trigger('click', {what: button.dataset.do, id: button.dataset.id});
});
watch('value', () => {  // a keyboard goes on where the eye does
  const to = element.querySelector('.sure button') ?? element.querySelector('.open') ??
    (turned ? element.querySelector('.listing') : null);
  turned = false;
  if (to) { to.focus({preventScroll: true}); to.scrollIntoView({block: 'nearest'}); }
});
