// Wires the panes to the service: looks twice a second, and says so when the service is gone.

import { showBridge, tick } from './bridge.js';
import { byId, onSubmit, post } from './dom.js';
import { keepFitting } from './fit.js';
import { leaveOut, listenToTabs, tellNewest } from './panes.js';
import * as device from './phone.js';
import { listenToRaid, showRaid } from './raid.js';
import { forgetRoom, listenToRoom, showCommands, showEnd, showRoom } from './room.js';
import { loadWords, speak, spoken, time, word } from './words.js';

const PAUSE = 500; // milliseconds between two looks
const GIVE_UP = 3; // looks that fail before the demo counts as ended

const phones = new device.Phones();
let latest = null;
let failures = 0;
let ahead = 0; // microseconds that the service's clock is ahead of this one

const now = () => Date.now() * 1000 + ahead;

async function look() {
  const asked = phones.current;
  try {
    const answer = await fetch(`demo/state?${new URLSearchParams({ number: asked })}`);
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
    tellLanguage();
    forget(state); // of a telephone that this run has never met
    forgetRoom();
    drawPhones();
  }
  ahead = state.now - Date.now() * 1000;
  latest = state;
  draw();
}

function forget(state) {
  for (const conversation of Object.values(state?.conversations ?? {})) conversation.bubbles = [];
}

function draw() {
  byId('clock').textContent = time(now());
  if (!latest) return;
  drawDevice(latest.conversations);
  showBridge(latest);
  tellNewest('bridge', latest.stories[0]?.event);
  drawRoom(latest.room);
  showRaid(latest.evening);
  tick(now());
}

function drawDevice(conversations) {
  const channels = Object.keys(conversations);
  leaveOut('phone', channels.length === 0);
  if (channels.length === 0) return;
  if (!channels.includes(phones.channel)) phones.choose(phones.current, channels[0]);
  const { channel } = phones;
  device.showChannels(channels, channel, (chosen) => {
    phones.choose(phones.current, chosen);
    draw();
  });
  device.showExamples(channel, send, paste);
  device.showConversation(conversations[channel], channel);
  const bubbles = Object.values(conversations).flatMap((one) => one.bubbles);
  tellNewest('phone', bubbles.filter((bubble) => bubble.by !== 'person').length);
}

function drawRoom(room) {
  leaveOut('room', !room);
  if (!room) return;
  showRoom(room);
  tellNewest('room', [...room.messages, ...room.answers].map((message) => message.ts).sort().at(-1));
}

function drawPhones() {
  device.showPhones(phones, (address) => {
    phones.choose(address);
    forget(latest);
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
  showCommands();
  draw();
}

async function send(written) {
  const taken = await device.text(phones, written);
  await look();
  return taken;
}

async function paste() {
  await device.pasteOne(phones);
  await look();
}

function listen() {
  const write = byId('write');
  onSubmit(byId('composer'), write, send);
  write.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    byId('composer').requestSubmit();
  });
  for (const button of document.querySelectorAll('[data-language]')) {
    button.addEventListener('click', () => {
      speak(button.dataset.language);
      translate();
      tellLanguage();
    });
  }
  const toTheEnd = { phone: device.showLatest, room: showEnd };
  listenToTabs((pane) => toTheEnd[pane]?.());
  listenToRoom(look);
  listenToRaid(look);
}

// The room reads what the page does: a French page has a French room.
const tellLanguage = () => post('demo/language', { language: spoken() });

async function watch() {
  await look();
  setTimeout(watch, PAUSE);
}

await loadWords();
tellLanguage();
listen();
translate();
keepFitting();
setInterval(() => tick(now()), 200);
watch();
