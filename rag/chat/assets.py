"""How the chat looks, what its page does and what it may load: style sheet, scripts, security headers.

No text of an article, a model or a reader is ever put into what is written here.
"""

from typing import Any

STYLE = """
:root {
  --paper: #faf8f4; --card: #ffffff; --ink: #1f1d1a; --soft: #5f5b54; --line: #e3ded4; --lift: #f1ede5;
  --accent: #0c5a6b; --on-accent: #ffffff; --mark: #fdeaa3; --mark-ink: #1f1d1a; --lit: #e3f0f2;
  --warn: #8a4b12;
  --serif: Charter, "Bitstream Charter", "Iowan Old Style", Cambria, Georgia, "Liberation Serif", serif;
}
.dark { color-scheme: dark;
  --paper: #16181b; --card: #1d2024; --ink: #ebe8e1; --soft: #aaa69d; --line: #34373c; --lift: #24272c;
  --accent: #84cbd9; --on-accent: #0e1a1d; --mark: #5b4a14; --mark-ink: #fff4d0; --lit: #1c3238;
  --warn: #e2ac74;
}
html, body { background: var(--paper); }
gradio-app, .gradio-container { background: var(--paper) !important; color: var(--ink); }
.gradio-container { padding: 0 !important; max-width: none !important; font-size: 16px;
  overflow: visible !important; }  /* else nothing inside it can be sticky */
.gradio-container :is(main, .main) { padding: 0 !important; max-width: none !important; width: 100%;
  gap: 0 !important; }
.gradio-container footer, .nav-holder { display: none !important; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap;
  margin: 0 !important; }
#top button:focus-visible, :is(#desk, #pile) :is(button, a, summary, .source):focus-visible {
  outline: 2px solid var(--accent); outline-offset: 2px; }

/* The page: a line on top, the chat, the question below it, the sources beside both. */
.gradio-container main > .column { gap: 0 !important; }
#top { display: flex; flex-wrap: nowrap; align-items: center; gap: 16px; padding: 0 24px; margin: 0;
  min-height: 56px;
  border-bottom: 1px solid var(--line); background: var(--paper); }
#top > * { flex: none; min-width: 0 !important; width: auto; }
#top > #fresh { flex: 1 1 auto; }
#top > #chats { overflow: visible; }
#top h1 { font: 600 18px/1.3 var(--serif); margin: 0; color: var(--ink); }
#top .fresh { margin: 0; font-size: 13.5px; line-height: 1.4; color: var(--soft); text-align: right; }
#top > button { flex: none; min-width: 0; background: none; border: 0; box-shadow: none; padding: 5px 10px;
  border-radius: 8px; color: var(--ink); font: 500 14px/1.4 system-ui, sans-serif; }
#top > button:hover { background: var(--lift); }
#top > #new { background: var(--lift); }
#desk { display: grid !important; grid-template: "thread panel" minmax(0, 1fr) "composer panel" auto /
  minmax(0, 1fr) minmax(320px, 34%); gap: 0 !important; align-items: stretch; width: 100%;
  max-width: 1500px; margin: 0 auto;
  height: calc(100dvh - 56px); }
#desk > * { min-width: 0 !important; width: auto; }
#thread { grid-area: thread; overflow-y: auto; padding: 28px 32px 12px; gap: 0 !important; flex-wrap: nowrap;
  scrollbar-gutter: stable both-edges; scrollbar-width: thin; }
#thread > * { width: 100%; max-width: 720px; margin: 0 auto; flex: none; }
#panel { grid-area: panel; overflow-y: auto; padding: 28px 24px; border-left: 1px solid var(--line);
  flex-wrap: nowrap; scrollbar-width: thin; }
#composer { grid-area: composer; padding: 8px 32px 16px; gap: 8px !important; }
#composer > * { max-width: 720px; margin: 0 auto; width: 100%; }
:is(#thread, #panel, #top, #composer) .html-container { padding: 0; }
#composer > :is(#notice, #editing, #chips, #length):not(:has(.notice, .chips, .length:not([hidden]))) {
  display: none; }

/* The question box. */
#ask-row { display: flex; flex-wrap: nowrap; gap: 8px; align-items: flex-end; background: var(--card);
  border: 1px solid var(--line); border-radius: 14px; padding: 6px; }
#ask-row:focus-within { border-color: var(--accent); }
#ask-row > * { min-width: 0 !important; }
#question { flex: 1 1 auto; background: transparent; border: 0; padding: 0; }
#question textarea { border: 0 !important; background: transparent !important; box-shadow: none !important;
  outline: none !important; font-size: 16px; line-height: 1.5; padding: 7px 10px; color: var(--ink);
  scrollbar-width: thin; }
#question textarea::placeholder { color: var(--soft); opacity: 1; }
#ask-row button { flex: none; min-width: 72px !important; height: 40px; border-radius: 10px; font-size: 15px;
  font-weight: 600; }
#stop { background: var(--lift); color: var(--ink); border: 1px solid var(--line); }
#scope { border: 0 !important; background: transparent !important; padding: 0 !important; box-shadow: none; }
#scope > button { padding: 4px 10px; min-height: 28px; width: auto; gap: 8px; font-size: 13.5px;
  color: var(--soft);
  font-weight: 500; flex-direction: row-reverse; justify-content: flex-end; }
#chips:has(.chips) ~ #scope > button { color: var(--accent); font-weight: 600; }
#scope > button .icon { font-size: 9px; transform: rotate(-90deg) !important; }
#scope > button.open .icon { transform: none !important; }
#scope .block { background: transparent; box-shadow: none; padding: 0; overflow: visible !important;
  min-width: 0 !important; }
#scope .form { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 12px;
  background: transparent; border: 0; box-shadow: none; overflow: visible; min-width: 0 !important;
  width: 100%; }
#scope .form > * { grid-column: span 2; }
#scope .form > :nth-child(n + 4) { grid-column: span 3; }
#scope span { font-size: 13.5px; }
#scope input { font-size: 14.5px; }
#scope .day input { width: 100%; min-width: 0; height: 42px; padding: 0 12px; background: var(--card);
  color: var(--ink); border: 1px solid var(--line); border-radius: var(--input-radius); outline: none; }
#scope .day input:focus { border-color: var(--accent); }
#scope-row { padding: 4px 10px 0; }

/* Turns and sources: nested, because Gradio's own reset outranks a single class. */
:is(#desk, #top, #pile, #reader) {
.welcome { padding: 7vh 0 20px; }
.welcome h2 { font: 600 30px/1.2 var(--serif); margin: 0 0 10px; color: var(--ink); }
.welcome p { margin: 0 0 12px; color: var(--soft); font-size: 16px; line-height: 1.55; }
.welcome pre { background: var(--lift); border: 1px solid var(--line); border-radius: 10px;
  padding: 14px 16px;
  overflow-x: auto; font-size: 14px; line-height: 1.7; margin: 0 0 14px; color: var(--ink); }
.welcome a { color: var(--accent); }
.welcome code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; }
.welcome i { color: var(--soft); font-style: normal; }
#examples { display: grid !important; grid-template-columns: 1fr 1fr; gap: 10px !important;
  align-items: stretch;
  padding-bottom: 24px; }
#examples button { text-align: left; justify-content: flex-start; white-space: normal; min-width: 0;
  background: var(--card); color: var(--ink); border: 1px solid var(--line); border-radius: 12px;
  padding: 12px 14px;
  font-size: 15px; line-height: 1.4; font-weight: 450; }
#examples button:hover { border-color: var(--accent); color: var(--accent); }
.turn { padding: 0 0 28px; font-size: 16px; line-height: 1.6; color: var(--ink); }
.turn .asked { margin: 0 0 14px auto; width: fit-content; max-width: 88%; background: var(--lift);
  border-radius: 16px;
  border-bottom-right-radius: 5px; padding: 9px 15px; font: inherit; font-size: 16px; line-height: 1.45;
  color: var(--ink); }
.turn.current .reply { min-height: 132px; }
.turn :is(.text, .asked, .trouble p, .note), :is(.source, .headlines) :is(h3, blockquote, .outlet) {
  white-space: pre-line; overflow-wrap: anywhere; unicode-bidi: isolate; }
.turn .text { font: 400 18.5px/1.6 var(--serif); }
.turn .text strong { font-weight: 650; }
.turn .draft { color: var(--soft); }
.ref { all: unset; box-sizing: border-box; cursor: pointer; display: inline-block; min-width: 21px;
  height: 21px;
  padding: 0 5px; margin: 0 1px 0 4px; border-radius: 7px; background: var(--lit); color: var(--accent);
  font: 600 13px/21px system-ui, sans-serif; text-align: center; vertical-align: 2px; position: relative; }
.ref::after { content: ""; position: absolute; inset: -6px -3px; }
.ref:hover, .ref:focus-visible { background: var(--accent); color: var(--on-accent); }
details > summary { cursor: pointer; list-style: none; }
details > summary::-webkit-details-marker { display: none; }
details > summary::before { content: ""; display: inline-block; width: 6px; height: 6px;
  margin: 0 9px 2px 2px;
  border: solid currentColor; border-width: 0 1.5px 1.5px 0; transform: rotate(-45deg); }
details[open] > summary::before { transform: rotate(45deg); }
.steps { font-size: 13.5px; color: var(--soft); margin: 0 0 10px; }
.steps summary, .inline > summary, .more > summary { padding: 3px 0; width: fit-content; max-width: 100%; }
.steps ol { list-style: none; margin: 4px 0 6px; padding: 0 0 0 17px; }
.steps li { display: flex; gap: 10px; padding: 2px 0; margin: 0; font-size: 13.5px; color: var(--soft); }
.steps li b { font-weight: 550; flex: none; min-width: 82px; color: var(--soft); }
.steps li span { flex: 1; min-width: 0; overflow-wrap: anywhere; }
.steps li i { font-style: normal; font-variant-numeric: tabular-nums; flex: none; }
.spin { display: inline-block; width: 9px; height: 9px; margin-right: 8px; border-radius: 50%;
  background: var(--accent); animation: breathe 1.4s ease-in-out infinite; }
@media (prefers-reduced-motion: reduce) { .spin { animation: none; } }
.quiet { color: var(--soft); font-size: 14.5px; line-height: 1.5; margin: 6px 0 0; }
.note { margin: 12px 0 0; padding: 2px 0 2px 12px; border-left: 3px solid var(--line); color: var(--soft);
  font-size: 14.5px; line-height: 1.5; }
.calm { background: var(--lift); border-radius: 14px; padding: 16px 18px; }
.quotes { list-style: none; margin: 12px 0 0; padding: 0; }
.quotes li { display: flex; gap: 10px; margin: 0 0 12px; }
.quotes .ref { flex: none; margin: 0; align-self: flex-start; }
.quotes mark { background: var(--mark); color: var(--mark-ink); padding: 1px 2px; border-radius: 3px;
  font: 400 16.5px/1.6 var(--serif); white-space: pre-line; overflow-wrap: anywhere;
  box-decoration-break: clone; -webkit-box-decoration-break: clone; }
.suggest { margin: 10px 0 0; font-size: 16px; color: var(--ink); }
:is(.suggest button, .wide, .asked-as button) { all: unset; box-sizing: border-box; cursor: pointer;
  color: var(--accent); border: 1px solid var(--accent); border-radius: 9px; padding: 4px 12px; min-height: 32px;
  font-size: 14.5px; line-height: 1.5; overflow-wrap: anywhere; }
:is(.suggest button, .wide, .asked-as button):hover { background: var(--accent); color: var(--on-accent); }
button.wide { display: block; width: fit-content; margin-top: 12px; }
.trouble { border-left: 3px solid var(--warn); padding: 4px 0 4px 14px; }
.trouble strong { color: var(--warn); font-weight: 600; }
.trouble p { margin: 4px 0 0; color: var(--ink); font-size: 15px; }
.foot { display: flex; align-items: center; justify-content: space-between; gap: 12px; flex-wrap: wrap;
  margin-top: 10px; font-size: 13.5px; color: var(--soft); }
.foot .do { display: flex; gap: 4px; margin-left: auto; }
.foot button { all: unset; box-sizing: border-box; cursor: pointer; padding: 4px 10px; border-radius: 8px;
  color: var(--soft); font-size: 13.5px; min-height: 28px; }
.foot button:hover { background: var(--lift); color: var(--ink); }
.menu { position: relative; font-size: 14px; }
.menu > summary { padding: 5px 10px; border-radius: 8px; color: var(--ink); font: 500 14px/1.4 system-ui, sans-serif; }
.menu > summary:hover { background: var(--lift); }
.sheet { position: absolute; right: 0; top: 34px; z-index: 20; width: min(420px, calc(100vw - 32px)); max-height: 70vh;
  overflow-y: auto; padding: 10px 14px 12px; background: var(--card); border: 1px solid var(--line);
  border-radius: 12px; box-shadow: 0 8px 28px rgb(0 0 0 / .16); color: var(--ink); }
.chats { list-style: none; margin: 0; padding: 0; }
.chats li { display: flex; align-items: center; margin: 0; border-radius: 8px; }
.chats li:hover, .chats .here { background: var(--lift); }
.sheet button { all: unset; box-sizing: border-box; cursor: pointer; }
.chats button { padding: 7px 8px; min-height: 32px; }
.chats button:first-child { flex: 1; min-width: 0; display: block; }
.chats span, .chats i { display: block; }
.chats span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.chats i { flex: none; font-style: normal; color: var(--soft); font-size: 12.5px; }
.chats .forget { flex: none; color: var(--soft); font-size: 16px; }
.save { margin: 8px 0 0; font-size: 13.5px; color: var(--soft); }
.save button { all: unset; box-sizing: border-box; cursor: pointer; margin-left: 8px; color: var(--accent); }
.save button:first-child { margin-left: 0; }
.save button:hover { text-decoration: underline; }
.turn .save { text-align: right; margin: 2px 10px 0 0; }
.turn .save button { margin-left: 8px; }
.sheet button:focus-visible, .menu > summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.foot .thumb { width: 32px; padding: 0; }
.foot .thumb::before { content: ""; display: block; height: 28px; background: currentColor;
  mask: var(--thumb) center / 17px no-repeat; -webkit-mask: var(--thumb) center / 17px no-repeat; }
.foot .thumb.down::before { transform: rotate(180deg); }
.foot .thumb[aria-pressed=true] { color: var(--accent); background: var(--lit); }
.comment { margin: 10px 0 0; display: grid; gap: 8px; justify-items: start; }
.comment[hidden] { display: none; }
.comment label { width: 100%; color: var(--soft); font-size: 13.5px; }
.comment textarea { display: block; width: 100%; margin-top: 4px; padding: 8px 10px; border-radius: 8px;
  resize: vertical; border: 1px solid var(--line); background: var(--card); color: var(--ink); font: inherit;
  font-size: 15px; }
.comment button, .taken > button, .about { all: unset; box-sizing: border-box; cursor: pointer;
  color: var(--accent); font-size: 13.5px; padding: 4px 0; min-height: 28px; }
.comment button:hover, .taken > button:hover, .about:hover { text-decoration: underline; }
.asked-as { display: flex; flex: 1 0 100%; flex-wrap: wrap; gap: 8px; align-items: center; margin: 0 0 2px; }
.asked-as label { display: flex; flex: 1 1 280px; gap: 8px; align-items: baseline; white-space: nowrap; font-size: 14px;
  color: var(--soft); }
.asked-as input { flex: 1; min-width: 0; padding: 5px 10px; border: 1px solid var(--line); border-radius: 9px;
  background: var(--card); color: var(--ink); font: inherit; font-size: 15px; }
.asked-as input:focus { border-color: var(--accent); outline: none; box-shadow: none; }
.taken { display: flex; flex-wrap: wrap; gap: 2px 12px; margin: 0 0 6px; color: var(--soft); font-size: 14px;
  line-height: 1.5; align-items: baseline; }
.deeds { display: flex; flex-wrap: wrap; gap: 0 18px; align-items: baseline; }
.authors, .changed { color: var(--soft); font-size: 13px; margin: -3px 0 6px; }
.changed { margin: 0; }
.also { margin: 0 0 6px; color: var(--soft); font-size: 13.5px; }
.also ul { list-style: none; margin: 4px 0; padding: 0 0 0 17px; }
.also li { margin: 0 0 8px; }
.timeline { margin: 0 0 18px; padding: 0; font-size: 13px; color: var(--soft); }
.timeline figcaption { margin: 0 0 6px; }
.timeline .row { display: grid; grid-template-columns: minmax(0, 10.5em) 1fr; gap: 12px; align-items: center;
  min-height: 22px; }
.timeline .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.timeline .track { position: relative; height: 2px; background: var(--line); margin: 0 6px; }
.timeline .dot { position: absolute; top: -4px; width: 10px; height: 10px; margin-left: -5px; border-radius: 50%;
  box-sizing: border-box; background: var(--paper); border: 2px solid var(--soft); }
.timeline .dot.cited { background: var(--accent); border-color: var(--accent); z-index: 1; }
.timeline .ends .track { display: flex; justify-content: space-between; height: auto; background: none; margin: 0;
  font-variant-numeric: tabular-nums; }
.chips { display: flex; flex-wrap: wrap; gap: 6px 8px; align-items: center; font-size: 14px; }
.chips .only { color: var(--soft); font-size: 13.5px; }
.chip { display: inline-flex; align-items: center; max-width: 100%; padding: 0 2px 0 12px; border-radius: 16px;
  background: var(--accent); color: var(--on-accent); min-height: 30px; }
.chip span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
:is(.chips, .notice) button { all: unset; box-sizing: border-box; cursor: pointer; padding: 2px 9px; min-height: 28px;
  border-radius: 14px; }
.chip button { font-size: 17px; }
.chip button:focus-visible { outline-color: var(--on-accent); outline-offset: -3px; }
:is(.chips .every, .notice button, .notice a) { color: var(--accent); }
:is(.chips .every, .notice button, .notice a):hover { text-decoration: underline; }
.warn { margin: 6px 0 0; color: var(--warn); font-size: 14px; }
.notice { display: flex; flex-wrap: wrap; gap: 2px 10px; align-items: center; padding: 6px 14px; border-radius: 10px;
  background: var(--lit); color: var(--ink); font-size: 14px; line-height: 1.45; }
.notice span { flex: 1 1 200px; overflow-wrap: anywhere; }
.notice a { text-decoration: none; white-space: nowrap; }
.notice .close { font-size: 17px; color: var(--soft); }
.length { margin: 0 10px; font-size: 13px; color: var(--soft); font-variant-numeric: tabular-nums; }
.length.over { color: var(--warn); font-weight: 600; }
.welcome .samples { margin: 0 0 14px; }
.samples { display: flex; flex-wrap: wrap; gap: 2px 12px; padding: 9px 14px; border-radius: 10px;
  background: var(--lift); font-size: 15px; }
.fits { list-style: none; margin: 0; padding: 0; }
.fits li { margin: 0 0 4px; color: var(--soft); font-size: 15px; line-height: 1.5; }
.fits b { color: var(--ink); font-weight: 600; }
button.title { all: unset; cursor: pointer; }
button.title:hover { color: var(--accent); text-decoration: underline; text-decoration-thickness: 1px; }
.inline { margin-top: 12px; font-size: 14px; color: var(--soft); }

/* Sources. */
.panel h2 { font: 600 13.5px/1.4 system-ui, sans-serif; color: var(--soft); margin: 0 0 12px; }
.sources, .headlines { list-style: none; margin: 0; padding: 0; }
.source { margin: 0 0 12px; padding: 13px 15px 14px; background: var(--card); border: 1px solid var(--line);
  border-radius: 12px; scroll-margin: 24px; transition: background-color .25s, border-color .25s; }
.source.lit { background: var(--lit); border-color: var(--accent); }
.by { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 8px; font-size: 13px; line-height: 1.45;
  color: var(--soft); }
.by .outlet { font-weight: 600; color: var(--ink); }
.by time { font-variant-numeric: tabular-nums; }
.by .n { flex: none; min-width: 21px; height: 21px; border-radius: 7px; background: var(--lit);
  color: var(--accent);
  font-weight: 600; line-height: 21px; text-align: center; padding: 0 5px; }
.source.lit .n { background: var(--accent); color: var(--on-accent); }
:is(.source, .headlines) h3 { font: 600 16.5px/1.35 var(--serif); margin: 5px 0 7px; color: var(--ink); }
.source blockquote { margin: 0 0 8px; padding: 0; border: 0; font: 400 15px/1.55 var(--serif);
  color: var(--soft);
  font-style: normal; }
.source mark, .reading mark { background: var(--mark); color: var(--mark-ink); padding: 1px 2px; border-radius: 3px;
  box-decoration-break: clone; -webkit-box-decoration-break: clone; }
.unused mark { background: none; color: inherit; padding: 0; }
.out { font-size: 13.5px; color: var(--accent); text-decoration: none; overflow-wrap: anywhere; }
.out:hover { text-decoration: underline; }
.headlines li { margin: 0; padding: 11px 0; border-top: 1px solid var(--line); }
.headlines li:first-child { border-top: 0; padding-top: 2px; }
.headlines h3 { font-size: 15.5px; margin: 2px 0 2px; }
.more > summary { font-size: 13.5px; color: var(--soft); margin-bottom: 8px; }
.more .source, .inline .source { background: transparent; }

/* An article over the page. */
.reading { margin: auto; padding: 0; border: 1px solid var(--line); border-radius: 14px; background: var(--card);
  color: var(--ink); width: min(760px, calc(100vw - 24px)); max-width: none; max-height: calc(100dvh - 48px);
  overflow-y: auto; overscroll-behavior: contain; }
.reading::backdrop { background: rgb(0 0 0 / .45); }
.reading .page { padding: 22px 28px 30px; position: relative; }
.reading .close { all: unset; cursor: pointer; position: sticky; top: 12px; float: right; width: 36px; height: 36px;
  border-radius: 18px; background: var(--lift); color: var(--ink); text-align: center;
  font-size: 20px; line-height: 36px; }
.reading h2 { font: 600 24px/1.3 var(--serif); margin: 6px 0 8px; color: var(--ink); overflow-wrap: anywhere; }
.reading .body { white-space: pre-line; overflow-wrap: anywhere; font: 400 17px/1.7 var(--serif); margin: 14px 0 0; }
.reading mark { outline: none; }
.reading button:focus-visible, .reading a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
}
#reader { height: 0; padding: 0; margin: 0; min-height: 0; overflow: visible; border: 0; }
@keyframes breathe { 50% { opacity: .25; } }

@media (max-width: 860px) {
  #top { padding: 8px 12px; min-height: 0; flex-wrap: wrap; gap: 2px; }
  #top h1 { font-size: 17px; }
  #top .sheet { position: fixed; left: 12px; right: 12px; top: 46px; width: auto; }
  #desk .asked-as label { flex-basis: 200px; }
  #top > #title { flex: 1 1 auto; }
  #top > #fresh { order: 3; flex: 1 0 100%; }
  #top .fresh { text-align: left; font-size: 12.5px; }
  #desk { grid-template: "thread" auto "panel" 1fr "composer" auto / minmax(0, 1fr);
    height: auto; min-height: calc(100dvh - 80px); }
  #thread, #panel { overflow: visible; }
  #thread { padding: 18px 16px 0; }
  #thread > * { max-width: none; }
  #panel { border-left: 0; padding: 10px 16px 20px; }
  #composer { position: sticky; bottom: 0; z-index: 5; background: var(--paper);
  border-top: 1px solid var(--line);
    padding: 8px 12px 8px; gap: 2px !important; }
  #scope .form { grid-template-columns: 1fr 1fr; }
  #scope .form > :nth-child(n) { grid-column: span 1; }
  #desk .welcome { padding: 3vh 0 14px; }
  #desk .welcome h2 { font-size: 25px; }
  #desk #examples { grid-template-columns: 1fr; gap: 8px !important; }
  #desk .source { scroll-margin: 24px 0 140px; }
}
"""

_THUMB = (
    "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E%3Cpath d='M2 10h4v11H2zM8 21V10l5-8c1.6 0 2.6 "
    "1.2 2.3 2.8L14.5 9H20c1.4 0 2.3 1.2 2 2.5l-2 7.5c-.3 1.2-1.3 2-2.5 2z'/%3E%3C/svg%3E"
)
STYLE += f':root {{ --thumb: url("data:image/svg+xml,{_THUMB}"); }}\n'

SCRIPT = """
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
  restore: 'undo', save: 'download'};
const TO_BOX = ['about', 'edit', 'keep-question'];  // after these a reader types

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
  form.querySelector('button').textContent = 'Keep this comment';
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
"""

ON_RATED = """
() => {  // said once it is true
  for (const form of document.querySelectorAll('form.comment[data-sent]')) {
    delete form.dataset.sent;
    form.querySelector('button').textContent = 'Kept';
  }
}
"""

ON_LOAD = """
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
    if (event.key !== 'Escape' || document.querySelector('dialog[open]')) return;
    const menu = document.querySelector('details.menu[open]');
    if (menu) { shut(menu); menu.querySelector('summary').focus(); }
    else document.querySelector('#editing button')?.click();
  });

  setInterval(() => {  // fields appear late, and the page fills and empties the box without an event
    dress();
    const line = document.querySelector('.length'), most = Number(line?.dataset.most);
    const length = [...(box()?.value.trim() ?? '')].length;
    if (!line || line.dataset.length === String(length)) return;
    line.dataset.length = length;
    line.hidden = length < 0.8 * most;
    line.classList.toggle('over', length > most);
    const told = `${length.toLocaleString('en')} of ${most.toLocaleString('en')} characters`;
    line.textContent = length > most ? `${told}: too long for a question` : told;
  }, 300);
}
"""


def event_data(event: Any) -> dict[str, Any]:
    """What the page's script sent along with an event of Gradio's."""
    return event._data if isinstance(event._data, dict) else {}


# Nothing is loaded from elsewhere, whatever a page might come to contain. Gradio compiles its templates in
# the page, hence 'unsafe-eval'.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)


class Headers:
    """ASGI middleware: sends ``POLICY`` with every response."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def send_with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message.get("headers", []),
                    (b"content-security-policy", POLICY.encode()),
                    (b"x-content-type-options", b"nosniff"),
                    (b"referrer-policy", b"no-referrer"),
                ]
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)
