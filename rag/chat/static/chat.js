// folds that the reader touched: a new rendering keeps them
const opened = (window.newsOpened ??= new Map());
const calm = window.matchMedia('(prefers-reduced-motion: reduce)');
const thread = () => document.getElementById('thread');
let number = '', following = true;

function keepFolds() {
  for (const fold of element.querySelectorAll('details[data-key]'))
    if (opened.has(fold.dataset.key)) fold.open = opened.get(fold.dataset.key);
}

function follow() {
  const turn = element.querySelector('.turn.current');
  if (!turn) { number = ''; return; }
  const begun = turn.dataset.turn !== number && turn.classList.contains('running');
  number = turn.dataset.turn;
  const box = thread();
  if (getComputedStyle(box).overflowY === 'auto') {
    if (begun || following) box.scrollTop = box.scrollHeight;
  } else if (begun) turn.scrollIntoView({block: 'start'});
}

function showSource(ref) {
  const turn = ref.closest('.turn');
  const fold = turn.querySelector('details.inline');
  if (fold) { fold.open = true; opened.set(fold.dataset.key, true); }
  const place = turn.classList.contains('current') ? 'panel' : 'turn' + turn.dataset.turn;
  const source = document.getElementById(place + '-' + ref.dataset.n);
  if (!source) return;
  for (const other of document.querySelectorAll('.source.lit')) other.classList.remove('lit');
  source.classList.add('lit');
  source.scrollIntoView({block: 'nearest', behavior: calm.matches ? 'auto' : 'smooth'});
  source.focus({preventScroll: true});
}

// what a button asks of the server, as an event of Gradio's
const EVENTS = {again: 'submit', written: 'submit', everywhere: 'submit', ask: 'submit', edit: 'edit',
  'keep-question': 'clear', about: 'select', read: 'expand', widen: 'clear', open: 'select', forget: 'delete',
  restore: 'undo', save: 'download', form: 'submit', within: 'submit', next: 'submit', 'add-text': 'apply', 'only-text': 'apply'};
const TO_BOX = ['about', 'edit', 'keep-question', 'only-text', 'add-text'];  // after these a reader types

const box = () => document.querySelector('#question textarea');

function rate(button, turn, rating) {
  const form = button.closest('.turn').querySelector('form.comment');
  for (const other of button.parentElement.querySelectorAll('.thumb'))
    other.setAttribute('aria-pressed', String(other === button));
  form.hidden = false;
  form.scrollIntoView({block: 'nearest'});
  trigger('like', {turn, rating, comment: form.querySelector('textarea').value});
}

function hand(file) {  // to the reader, as a download
  const link = document.createElement('a'), url = URL.createObjectURL(new Blob([file.dataset.text]));
  link.href = url; link.download = file.dataset.name; link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

async function copy(button) {
  let done = true;
  try { await navigator.clipboard.writeText(button.dataset.copy); }
  catch {  // no clipboard outside a secure context: a page served to the local network
    const area = Object.assign(document.createElement('textarea'), {value: button.dataset.copy});
    document.body.append(area); area.select(); done = document.execCommand('copy'); area.remove();
  }
  button.textContent = done ? 'Copied' : 'Could not copy';
  setTimeout(() => { button.textContent = 'Copy'; }, 1600);
}

element.addEventListener('click', (event) => {
  const fold = event.target.closest('summary')?.parentElement;
  if (fold?.dataset.key) opened.set(fold.dataset.key, !fold.open);
  const ref = event.target.closest('button.ref');
  if (ref) showSource(ref);
  const action = event.target.closest('button[data-do]');
  if (!action) return;
  const {do: what, rating} = action.dataset, turn = Number(action.closest('.turn')?.dataset.turn);
  if (what === 'copy') copy(action);
  else if (what === 'rate') rate(action, turn, rating);
  else if (what === 'story') window.location.href = 'stories?' + new URLSearchParams({[action.dataset.kind]: action.dataset.words});
  else if (what === 'follow') window.location.href = 'following?' + new URLSearchParams({question: action.dataset.words});
  else if (what === 'print') window.print();
  else if (what === 'dismiss') action.closest('.notice').remove();
  const menu = action.closest('.menu');
  if (menu && what !== 'forget') { opened.set('chats', false); menu.open = false; }
  if (what === 'shut' || what === 'about') action.closest('dialog')?.close();
  if (what in EVENTS) trigger(EVENTS[what], {...action.dataset, turn});
  if (TO_BOX.includes(what)) box()?.focus();
});
element.addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.target, turn = form.closest('.turn');
  if (form.matches('.asked-as')) {
    trigger('submit', {do: 'as-asked', question: form.querySelector('input').value});
    return;
  }
  const rating = turn.querySelector('.thumb[aria-pressed=true]')?.dataset.rating;
  trigger('like', {turn: Number(turn.dataset.turn), rating, comment: form.querySelector('textarea').value});
  form.dataset.sent = '';
});
element.addEventListener('input', (event) => {
  const form = event.target.closest('form.comment');
  if (!form) return;
  delete form.dataset.sent;
  form.querySelector('button').textContent = 'Save comment';
});
thread()?.addEventListener('scroll', () => {
  const box = thread();
  following = box.scrollHeight - box.scrollTop - box.clientHeight < 60;
}, {passive: true});
if (element.closest('#live')) new ResizeObserver(() => {
  if (following && thread().scrollHeight > thread().clientHeight) thread().scrollTop = thread().scrollHeight;
}).observe(thread());
watch('value', () => {
  keepFolds(); follow();
  const file = element.querySelector('.file');
  if (file) hand(file);
  const article = element.querySelector('dialog.reading');
  if (article && !article.open) {  // over the page, at the marked sentence
    article.addEventListener('click', (event) => { if (event.target === article) article.close(); });
    article.showModal();
    const mark = article.querySelector('mark');
    mark?.focus({preventScroll: true});
    mark?.scrollIntoView({block: 'center'});
  }
});
