// Wires the panes to the service: looks twice a second, and says so when the service is gone.

import { showBridge, tick } from './bridge.js';
import { Phones, showConversation, showExamples, showPhones, text } from './phone.js';
import { loadWords, speak, spoken, time, word } from './words.js';

const PAUSE = 500; // milliseconds between two looks
const GIVE_UP = 3; // looks that fail before the demo counts as ended

const byId = (id) => document.getElementById(id);
const phones = new Phones();
let latest = null;
let failures = 0;
let ahead = 0; // microseconds that the service's clock is ahead of this one

const now = () => Date.now() * 1000 + ahead;

async function look() {
  const asked = phones.current;
  try {
    const answer = await fetch(`demo/state?${new URLSearchParams({ address: asked })}`);
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const state = await answer.json();
    failures = 0;
    if (asked === phones.current) take(state);
  } catch {
    failures += 1;
  }
  byId('ended').hidden = failures < GIVE_UP;
}

function take(state) {
  if (phones.belongTo(state.run)) {
    state.conversation = []; // of a telephone that this run has never met
    drawPhones();
  }
  ahead = state.now - Date.now() * 1000;
  latest = state;
  draw();
}

function draw() {
  byId('clock').textContent = time(now());
  if (!latest) return;
  showConversation(latest.conversation, latest.line);
  showBridge(latest);
  tick(now());
}

function drawPhones() {
  showPhones(phones, (address) => {
    phones.choose(address);
    if (latest) latest.conversation = [];
    drawPhones();
    draw();
    look();
  });
}

function translate() {
  document.documentElement.lang = spoken();
  for (const element of document.querySelectorAll('[data-word]')) {
    element.textContent = word(element.dataset.word);
  }
  for (const element of document.querySelectorAll('[data-label]')) {
    element.setAttribute('aria-label', word(element.dataset.label));
  }
  for (const element of document.querySelectorAll('[data-placeholder]')) {
    element.placeholder = word(element.dataset.placeholder);
  }
  for (const button of document.querySelectorAll('[data-language]')) {
    button.setAttribute('aria-pressed', String(button.dataset.language === spoken()));
  }
  byId('ended').textContent = word('ended');
  drawPhones();
  showExamples(send);
  draw();
}

async function send(written) {
  const taken = await text(phones.current, written);
  await look();
  return taken;
}

function listen() {
  const write = byId('write');
  byId('composer').addEventListener('submit', async (event) => {
    event.preventDefault();
    const written = write.value;
    if (!written.trim()) return;
    write.value = '';
    if (!(await send(written))) write.value ||= written;
  });
  write.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    byId('composer').requestSubmit();
  });
  for (const button of document.querySelectorAll('[data-language]')) {
    button.addEventListener('click', () => {
      speak(button.dataset.language);
      translate();
    });
  }
}

async function watch() {
  await look();
  setTimeout(watch, PAUSE);
}

await loadWords();
listen();
translate();
setInterval(() => tick(now()), 200);
watch();
