// The bridge's side: one card for each message, and the pot.

import { byId, make, refresh, sync } from './dom.js';
import { CHANNELS, duration, languageName, money, plural, printed, range, spoken, time, word } from './words.js';

const PAID = ['accepted', 'sent', 'delivered'];

// Why a reply was withdrawn; where nothing is noted, the person wanted none.
const WITHDRAWN = { raid: 'withdrawnRaid', muted: 'withdrawnMuted', dropped: 'withdrawnDropped', erased: 'withdrawnErased' };

export function showBridge({ conversations, stories, pot, hold, paused, queue }) {
  const mine = new Set(Object.values(conversations).flatMap(({ bubbles }) => bubbles.map((bubble) => bubble.event)));
  sync(byId('stories'), stories, {
    tag: 'li',
    classes: 'story',
    key: (story) => story.event,
    shows: (story) => [story, mine.has(story.event), paused.includes(story.channel), spoken()],
    fill: (element, story) => fillStory(element, story, mine.has(story.event), paused.includes(story.channel)),
  });
  byId('nothing').hidden = stories.length > 0;
  refresh(byId('pot'), [pot, spoken()], (element) => fillPot(element, pot));
  refresh(byId('queue'), [queue, paused, spoken()], (element) => fillQueue(element, queue, paused));
  const about = word('bridgeAbout', { here: range(hold.here), shipped: range(hold.shipped) });
  refresh(byId('bridge-about'), about, (element) => { element.textContent = about; });
}

function fillStory(element, story, mine, isPaused) {
  element.classList.toggle('mine', mine);
  const steps = [recorded(story), decided(story), held(story, isPaused), sent(story), delivered(story)];
  element.replaceChildren(head(story, mine), make('ol', 'steps', ...steps));
}

function head(story, mine) {
  const handle = make('strong', 'handle', story.handle ?? word('newcomer'));
  handle.style.setProperty('--hue', hue(story.handle ?? ''));
  const channel = make('span', 'channel', CHANNELS[story.channel] ?? story.channel);
  channel.dataset.channel = story.channel;
  const tag = mine ? make('span', 'tag', word('thisPhone')) : null;
  return make('header', '', handle, channel, tag, make('time', '', time(story.received_at, true)), total(story));
}

function total({ decided, replied }) {
  if (!decided) return null;
  const paid = replied && PAID.includes(replied.progress) ? replied.price : 0;
  return make('span', 'total', word('cost'), ' ', make('b', '', price(decided.cost + paid)));
}

function hue(handle) {
  return [...handle].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
}

// A step: how it stands (done, waiting, quiet, failed), what it is called, what there is to say, what it cost.
function step(state, title, details, cost) {
  const said = make('div', 'said', make('b', '', title), ...details);
  const element = make('li', state, said);
  if (cost) element.append(make('span', 'cost', cost));
  return element;
}

function recorded(story) {
  const cost = story.decided && price(story.decided.cost);
  if (story.place === null) return step('waiting', word('recorded'), [say(word('noPlace'))], cost);
  const digest = make('code', '', story.digest.slice(0, 8));
  digest.title = story.digest;
  const place = make('span', '', word('place', { place: story.place }), ' ', digest);
  return step('done', word('recorded'), [place], cost);
}

function decided({ decided, replied }) {
  if (!decided) return null;
  const reasons = decided.reasons[spoken()].map(printed).join(' · ');
  if (!replied) return step('quiet', word('willNotReply'), [say(reasons)]);
  return step('done', word('willReply'), [say(word('rule', { rule: decided.rule, reasons }))]);
}

function held({ decided, replied }, isPaused) {
  if (!replied) return null;
  if (replied.progress === 'expired') return step('quiet', word('held'), [say(word('givenUp'))]);
  if (replied.progress === 'cancelled') return step('quiet', word('withdrawn'), [say(word(WITHDRAWN[replied.error] ?? 'withdrawnAsked'))]);
  if (replied.due_at <= decided.decided_at) return null; // an answer that need not wait
  if (replied.progress !== 'held') {
    const waited = (replied.attempted_at ?? replied.settled_at) - decided.decided_at;
    return step('done', word('heldFor', { time: duration(waited, 1) }), []);
  }
  const reserved = replied.price && word('reserves', { price: money(replied.price) });
  if (isPaused) return step('waiting', word('held'), [say(word('keptBack'))], reserved);
  const countdown = make('span', 'countdown');
  const bar = make('i', 'bar');
  const waiting = step('waiting', word('held'), [countdown, bar], reserved);
  Object.assign(waiting.dataset, { from: decided.decided_at, due: replied.due_at });
  return waiting;
}

function sent({ replied }) {
  if (!replied || ['held', 'cancelled', 'expired'].includes(replied.progress)) return null;
  if (replied.progress === 'sending') return step('waiting', word('sending'), []);
  if (replied.progress === 'in_doubt') return step('waiting', word('inDoubt'), []);
  if (replied.progress === 'failed') return null;
  const language = languageName(replied.language);
  // Where nothing is paid, nobody counts segments.
  const size = replied.price ? plural('size', replied.segments, { language }) : word('inLanguage', { language });
  return step('done', word('sent'), [say(size)], price(replied.price));
}

function delivered({ replied }) {
  if (replied?.progress === 'failed') {
    return step('failed', word('notDelivered'), replied.error ? [say(word('why', { code: replied.error }))] : []);
  }
  if (replied?.progress !== 'delivered') return null;
  return step('done', word('delivered'), [say(time(replied.settled_at, true))]);
}

const say = (text) => make('span', '', text);

const price = (microEuros) => (microEuros ? money(microEuros) : word('noCost'));

// Countdowns move between two looks at the service; `now` is the service's own time.
export function tick(now) {
  for (const waiting of document.querySelectorAll('[data-due]')) {
    const { from, due } = waiting.dataset;
    const rest = Math.max(0, due - now);
    const seconds = Math.ceil(rest / 1_000_000);
    const said = seconds ? word('leavesIn', { time: duration(seconds * 1_000_000) }) : word('leavesNow');
    const countdown = waiting.querySelector('.countdown');
    if (countdown.textContent !== said) countdown.textContent = said;
    waiting.querySelector('.bar').style.setProperty('--done', 1 - rest / (due - from));
  }
  for (const one of document.querySelectorAll('[data-until]')) {
    const seconds = Math.ceil((one.dataset.until - now) / 1_000_000);
    const said = seconds > 0 ? word('leavesIn', { time: duration(seconds * 1_000_000) }) : word('dueNow');
    if (one.textContent !== said) one.textContent = said;
  }
}

// What waits, and until when: the next to leave first.
function fillQueue(element, queue, paused) {
  element.hidden = queue.replies === 0;
  const rows = queue.next.map((reply) => queued(reply, paused.includes(reply.channel)));
  const more = queue.replies - queue.next.length;
  element.replaceChildren(
    make('h3', '', word('queue')),
    make('p', 'left', plural('queued', queue.replies, { sum: money(queue.price) })),
    make('ol', '', ...rows, ...(more > 0 ? [make('li', 'more', plural('queuedMore', more))] : [])),
  );
}

function queued({ handle, channel, due_at, doubtful }, isPaused) {
  const name = make('span', 'who', handle);
  name.style.setProperty('--hue', hue(handle));
  const until = isPaused ? make('span', '', word('keptBack')) : make('time', 'until', '');
  if (!isPaused) until.dataset.until = due_at;
  const tag = doubtful ? make('span', 'tag', word('suspect')) : null;
  return make('li', '', name, make('span', 'channel', CHANNELS[channel] ?? channel), tag, until);
}

function fillPot(element, pot) {
  const parts = ['spent', 'inbound', 'reserved'];
  const left = pot.total - parts.reduce((sum, part) => sum + pot[part], 0);
  const rest = word('left', { left: money(left), total: money(pot.total) });
  element.replaceChildren(
    make('h3', '', word('pot')),
    make('p', 'left', rest),
    make('div', 'gauge', ...parts.map((part) => gauge(part, pot))),
    make('dl', '', ...parts.map((part) => entry(part, pot))),
  );
}

function gauge(part, pot) {
  const filled = make('i', part);
  filled.style.setProperty('--share', pot[part] / pot.total);
  filled.hidden = pot[part] === 0;
  return filled;
}

function entry(part, pot) {
  return make('div', part, make('dt', '', word(part)), make('dd', '', money(pot[part])));
}
