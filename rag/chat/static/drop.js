const kinds = KINDS, silent = SILENT, sorted = new WeakSet();

function fits(file) {  // by its ending, or where that says nothing by its content, which the server looks at
  const name = file.name.toLowerCase(), ending = /[^/]\.[^./]*$/.test(name) ? name.slice(name.lastIndexOf('.')) : '';
  return kinds.some((kind) => name.endsWith(kind)) || silent.includes(ending) || /^\.\d+$/.test(ending);
}

async function within(entry) {  // the files of a folder, hidden ones left out
  if (entry.name.startsWith('.')) return [];
  if (entry.isFile) return [await new Promise((done, failed) => entry.file(done, failed))];
  const reader = entry.createReader(), found = [];
  for (;;) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return found;
    for (const one of some) found.push(...await within(one));
  }
}

function sort(given) {
  const taken = new DataTransfer(), refused = [];
  for (const {file, why} of given) {
    const wrong = why ?? (!fits(file) ? 'kind' : file.size > LARGEST ? 'large' :
      taken.files.length >= MOST ? 'many' : null);
    if (wrong) refused.push({name: file.name, why: wrong});
    else taken.items.add(file);
  }
  if (refused.length) trigger('select', {refused});
  return taken;
}

document.addEventListener('drop', async (event) => {
  const place = event.target;
  if (!place.closest?.('#drop') || sorted.has(event)) return;
  event.preventDefault(); event.stopImmediatePropagation();
  const given = [];
  const entries = [...event.dataTransfer.items].map((item) => [item.webkitGetAsEntry?.(), item.getAsFile()]);
  for (const [entry, file] of entries) {
    try {
      if (!entry?.isDirectory) { if (file) given.push({file}); continue; }
      given.push(...(await within(entry)).filter(fits).map((one) => ({file: one})));
    } catch { given.push({file: file ?? entry, why: 'folder'}); }
  }
  const again = new DragEvent('drop', {dataTransfer: sort(given), bubbles: true, cancelable: true});
  sorted.add(again);
  place.dispatchEvent(again);
}, true);

document.addEventListener('change', (event) => {
  const input = event.target;
  if (input.type !== 'file' || !input.closest('#drop')) return;
  const taken = sort([...input.files].map((file) => ({file})));
  if (taken.files.length !== input.files.length) input.files = taken.files;
  if (!taken.files.length) event.stopImmediatePropagation();
}, true);
