// The team's side: the channel with its cards, threads and private answers, a window with texts, the command.

import { showBlocks } from './blocks.js';
import { button, byId, complain, make, onSubmit, post, refresh, sync } from './dom.js';
import { plural, spoken, time, word } from './words.js';

const COMMANDS = ['status', 'mutes', 'pot', 'help'];

const dismissed = new Set(); // private answers that somebody has put away
let heard = 0; // the newest message that was read out
let showing = null; // the window that stands open
let closed; // the one that this page has closed, or that stood open before it came
let look = () => {}; // looks at the service at once

export function showRoom(room) {
  byId('channel').textContent = `#${room.channel}`;
  const feed = byId('feed');
  const seen = [...room.messages, ...room.answers.map((answer) => ({ ...answer, isPrivate: true }))]
    .filter((message) => !dismissed.has(message.ts))
    .sort((one, other) => one.ts - other.ts);
  const isAtEnd = feed.scrollHeight - feed.scrollTop - feed.clientHeight < 48;
  showMessages(feed.lastElementChild, seen, room.language);
  byId('heard').lang = room.language;
  follow(feed, seen, isAtEnd);
  showWindow(room.window, room.language);
}

// Keeps the end in sight for whoever looks at the end; what is new is brought into sight, and read out once.
function follow(feed, seen, isAtEnd) {
  if (isAtEnd) refresh(feed, feed.scrollHeight, () => { feed.scrollTop = feed.scrollHeight; });
  const newest = seen.at(-1);
  if (!newest || Number(newest.ts) <= heard) return;
  heard = Number(newest.ts);
  byId('heard').textContent = newest.text;
  showEnd();
}

// The newest message; where the channel does not scroll by itself, the page does.
export function showEnd() {
  const feed = byId('feed');
  if (getComputedStyle(feed).overflowY === 'auto') feed.scrollTop = feed.scrollHeight;
  else feed.lastElementChild.lastElementChild?.scrollIntoView({ block: 'end' });
}

// What we wrote is in the language of the team; what the room adds, in the reader's.
function showMessages(parent, messages, language) {
  sync(parent, messages, {
    tag: 'li',
    classes: 'post',
    key: (message) => message.ts,
    shows: (message) => [message, spoken()],
    fill: (element, message) => fillMessage(element, message, language),
  });
}

function fillMessage(element, message, language) {
  if (!element.firstElementChild) element.append(frame());
  element.classList.toggle('private', Boolean(message.isPrivate));
  const [, body] = element.firstElementChild.children;
  const [head, blocks, thread] = body.children;
  head.replaceChildren(...headOf(message));
  blocks.lang = language;
  showBlocks(blocks, [...message.blocks, ...pictures(message)], (one) => press(message.ts, one.action_id));
  showThread(thread, message.replies ?? [], language);
}

// What was uploaded with a message, as a block like any other.
const pictures = ({ files = [] }) =>
  files.map(({ id, title }) => ({ type: 'image', image_url: `demo/picture/${id}`, alt_text: title }));

function frame() {
  const mark = make('img', 'avatar');
  Object.assign(mark, { src: 'rempart.svg', alt: '', width: 36, height: 36 });
  const thread = make('details', 'thread', make('summary'), make('ol', 'posts'));
  return make('article', '', mark, make('div', '', make('header'), make('div', 'blocks'), thread));
}

function headOf(message) {
  const at = make('time', '', time(message.ts * 1e6));
  const edits = message.edits ? [make('small', '', plural('edits', message.edits))] : [];
  const named = [make('b', '', 'Rempart'), make('span', 'app', word('app')), at, ...edits];
  if (!message.isPrivate) return named;
  const dismiss = button(word('dismiss'), 'dismiss', () => {
    dismissed.add(message.ts);
    look();
  });
  return [make('small', 'only', word('onlyYou')), dismiss, make('i', 'break'), ...named];
}

// What was said in a card's thread stays folded until somebody opens it.
function showThread(thread, replies, language) {
  thread.hidden = replies.length === 0;
  const [summary, list] = thread.children;
  summary.textContent = plural('replies', replies.length);
  showMessages(list, replies, language);
}

const press = (message, action) => act('demo/press', { message, action }, 'notPressed');

// Whatever `/rempart` somebody typed before it.
function give(written) {
  const text = written.trim().replace(/^\/rempart\b\s*/, '') || 'help';
  return act('demo/command', { text }, 'notGiven');
}

async function act(path, asked, otherwise) {
  const taken = await post(path, asked);
  complain(byId('room-refusal'), taken ? null : word(otherwise));
  await look();
  return taken;
}

// A window opens for whoever asked; one that stood open when the page came, somebody else has asked for.
function showWindow(shown, language) {
  if (closed === undefined) closed = shown?.id ?? null;
  const dialog = byId('window');
  if (!shown || shown.id === closed) return;
  dialog.lang = language;
  byId('window-title').textContent = shown.title.text;
  byId('window-close').textContent = shown.close.text;
  const touched = (one) => (one.written === undefined ? press(shown.id, one.action_id) : give(`find ${one.written}`));
  showBlocks(byId('window-blocks'), shown.blocks, touched);
  showing = shown.id;
  if (!dialog.open) dialog.showModal();
}

export function showCommands() {
  const chips = COMMANDS.map((command) => button(command, 'chip', () => give(command)));
  byId('commands').replaceChildren(...chips);
}

// Another run of the demo has other messages and windows.
export function forgetRoom() {
  dismissed.clear();
  closed = showing = null;
  heard = 0;
  byId('window').close();
}

export function listenToRoom(lookAtOnce) {
  look = lookAtOnce;
  onSubmit(byId('command'), byId('command-text'), give);
  const dialog = byId('window');
  for (const id of ['window-close', 'window-cross']) byId(id).addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => { closed = showing; });
}
