() => {  // the browser's own date picker, which a keyboard and a screen reader can use
  const dress = () => {
    for (const day of document.querySelectorAll('#scope .day input[type=text]')) day.type = 'date';
  };
  const box = () => document.querySelector('#question textarea');
  const shut = (menu) => { menu.open = false; window.newsOpened?.set('chats', false); };
  document.addEventListener('click', (event) => {
    for (const menu of document.querySelectorAll('details.menu[open]'))
      if (!menu.contains(event.target)) shut(menu);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === '/' && !event.target.closest('input, textarea, dialog')) {
      event.preventDefault();
      box()?.focus();
    }
    const source = event.target.closest('.source[data-n]');
    if (source && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {  // from one source to the next
      const all = [...source.parentElement.querySelectorAll('.source[data-n]')];
      const other = all[all.indexOf(source) + (event.key === 'ArrowDown' ? 1 : -1)];
      if (other) { event.preventDefault(); other.focus(); other.scrollIntoView({block: 'nearest'}); }
    }
    if (event.key === 'ArrowUp' && event.target === box() && !box().value) recall(event);
    if (event.key !== 'Escape' || document.querySelector('dialog[open]')) return;
    const menu = document.querySelector('details.menu[open]');
    if (menu) { shut(menu); menu.querySelector('summary').focus(); }
    else if (source) backToNumber(source);
    else if (document.querySelector('.turn.current.running')) document.querySelector('#stop')?.click();
    else document.querySelector('#editing button')?.click();
  });

  function recall(event) {  // the last question, to be changed or asked again
    const asked = document.querySelector('.turn.current .asked');
    if (!asked) return;
    event.preventDefault();
    const words = [...asked.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    box().value = words.map((node) => node.textContent).join('').trim();
    box().dispatchEvent(new Event('input', {bubbles: true}));
  }
  function backToNumber(source) {  // of the answer that cites it
    const turn = source.closest('.turn') ?? document.querySelector('.turn.current');
    turn?.querySelector(`.ref[data-n="${source.dataset.n}"]`)?.focus();
  }
  // Who reads another tab is told by the title that the answer is there.
  const title = document.title;
  let running = false;
  const tell = () => {
    const goesOn = !!document.querySelector('.turn.current.running');
    if (running && !goesOn && !document.hasFocus()) document.title = `● Answer ready · ${title}`;
    running = goesOn;
  };
  new MutationObserver(tell).observe(document.body, {childList: true, subtree: true});
  window.addEventListener('focus', () => { document.title = title; });

  // At once where the fields appear: a field that changed its kind under somebody's typing would lose it.
  dress();
  new MutationObserver(dress).observe(document.body, {childList: true, subtree: true});
  // An answer of the server that was on its way empties a day that was just picked: it is put back.
  const days = () => [...document.querySelectorAll('#scope .day input')];
  const picked = new Map();
  let puttingBack = false;
  document.addEventListener('input', ({target}) => {
    const n = puttingBack ? -1 : days().indexOf(target);
    if (n >= 0) picked.set(n, {value: target.value, until: performance.now() + 2000});
  });
  document.addEventListener('click', () => picked.clear(), true);
  setInterval(() => {
    for (const [n, {value, until}] of picked) {
      const field = days()[n];
      if (performance.now() > until) picked.delete(n);
      else if (field && value && !field.value) {
        puttingBack = true;
        field.value = value;
        field.dispatchEvent(new Event('input', {bubbles: true}));
        puttingBack = false;
      }
    }
  }, 100);
  setInterval(() => {  // the page fills and empties the box without an event
    const line = document.querySelector('.length'), most = Number(line?.dataset.most);
    const length = [...(box()?.value.trim() ?? '')].length;
    if (!line || line.dataset.length === String(length)) return;
    line.dataset.length = length;
    line.hidden = length < 0.8 * most;
    line.classList.toggle('over', length > most);
    const words = `${length.toLocaleString('en')} of ${most.toLocaleString('en')} characters`;
    line.textContent = length > most ? `${words}: too long for a question` : words;
  }, 300);
}
