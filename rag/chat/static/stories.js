element.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-do]');
  if (!button) return;
  const {do: what, ...data} = button.dataset;
  if (what === 'read') trigger('expand', data);
  if (what === 'forget') trigger('delete', data);
  if (what === 'save') trigger('download', data);
  if (what === 'more') trigger('edit', data);
  if (what === 'mark') trigger('apply', data);
  if (what === 'entity') { trigger('select', data); window.scrollTo({top: 0}); }
});
