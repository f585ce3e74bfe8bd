// The raid of 2017, and two evenings of a crowd: their buttons, how far one has come, what it looks like and costs.

import { byId, make, post, refresh } from './dom.js';
import { cents, grouped, instant, plural, spoken, word } from './words.js';

const VERDICTS = ['ordinary', 'suspect', 'raider'];
const TITLES = { raid: 'raidTitle', television: 'televisionTitle', news: 'newsTitle' };
const EVENINGS = Object.keys(TITLES);
const LEFT_OUT = { mistaken: 'leftMistaken', unaffordable: 'leftUnaffordable', other: 'leftOther' };
const PHASES = { playing: 'raidPlaying', settling: 'raidSettling', over: 'raidOver', stopped: 'raidStopped' };
const POSTURES = { calm: 'calm', watch: 'watch', raid: 'raid', shield: 'shield', paused: 'paused' };
const DATE = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' };
const CLOCK = { hour: '2-digit', minute: '2-digit' };
const HOUR = 3_600_000_000; // microseconds
const LEAST_HEIGHT = 40; // messages: so that a calm hour looks calm
const LINES = 4; // across the plot
const LEGIBLE = 5; // bars under which a word finds room
const WIDTH = 0.78; // of a bar, the rest being air

let putAway = null; // the take that somebody no longer wants to see
let shown = null;
let look = () => {}; // looks at the service at once

const isOn = ({ phase }) => phase === 'playing' || phase === 'settling';

export function showRaid(raid) {
  for (const id of [...EVENINGS.map((name) => `${name}-button`), 'raid-hint']) byId(id).hidden = !raid;
  byId('raid').hidden = !raid || raid.phase === 'ready' || raid.take === putAway;
  shown = raid;
  if (byId('raid').hidden) return;
  showCourse(raid);
  const { bars, postures } = raid.counts;
  refresh(byId('raid-plot'), [bars, spoken()], (element) => fillPlot(element, bars));
  refresh(byId('raid-postures'), [postures, spoken()], (element) => fillPostures(element, postures));
  refresh(byId('raid-figures'), [raid.evening, raid.counts, spoken()], (element) => fillFigures(element, raid));
  refresh(byId('raid-outcome'), [raid.phase, raid.counts, spoken()], (element) => fillOutcome(element, raid));
}

const isCrowd = ({ evening }) => evening !== 'raid';

function showCourse(raid) {
  const { at, begins, ends, speed, phase } = raid;
  const when = isCrowd(raid) ? instant(at, CLOCK) : `${instant(at, DATE)}, ${instant(at, CLOCK)}`;
  write('raid-title', word(TITLES[raid.evening]));
  write('raid-when', when);
  write('raid-phase', word(PHASES[phase], { speed: grouped(speed) }));
  write('raid-end', word(isOn(raid) ? 'raidStop' : 'raidPutAway'));
  for (const name of EVENINGS) byId(`${name}-button`).setAttribute('aria-disabled', String(isOn(raid)));
  const course = byId('raid-progress');
  course.value = (at - begins) / (ends - begins);
  course.setAttribute('aria-valuetext', when);
  byId('raid').style.setProperty('--at', course.value);
  refresh(byId('raid-hours'), [begins, ends, spoken()], (element) => fillHours(element, begins, ends));
  refresh(byId('raid-legend'), spoken(), fillLegend);
}

function write(id, text) {
  if (byId(id).textContent !== text) byId(id).textContent = text;
}

function fillLegend(element) {
  element.replaceChildren(...VERDICTS.map((verdict) => make('li', verdict, word(verdict))));
}

// Three shapes, one a verdict, stacked: ordinary people stand on the ground.
function fillPlot(element, bars) {
  const sums = VERDICTS.map((_, place) => bars.reduce((sum, bar) => sum + bar[place], 0));
  const said = Object.fromEntries(VERDICTS.map((verdict, place) => [verdict, grouped(sums[place])]));
  element.setAttribute('aria-label', word('plot', said));
  const highest = Math.max(LEAST_HEIGHT, ...bars.map((bar) => bar.reduce((sum, one) => sum + one, 0)));
  const top = Math.ceil(highest / LINES) * LINES;
  const drawing = draw('svg', { viewBox: `0 0 ${bars.length} ${top}`, preserveAspectRatio: 'none' });
  VERDICTS.forEach((verdict, place) => drawing.append(draw('path', { class: verdict, d: shape(bars, place, top) })));
  element.replaceChildren(make('span', '', grouped(top)), drawing);
}

function shape(bars, place, top) {
  return bars.map((bar, column) => {
    const below = bar.slice(0, place).reduce((sum, one) => sum + one, 0);
    return bar[place] ? `M${column} ${top - below}h${WIDTH}v${-bar[place]}h${-WIDTH}z` : '';
  }).join('');
}

function draw(tag, attributes) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

// The posture under each moment: one strip for as long as it stays the same.
function fillPostures(element, postures) {
  const strips = [];
  for (const posture of postures) {
    if (strips.at(-1)?.posture === posture) strips.at(-1).bars += 1;
    else strips.push({ posture, bars: 1 });
  }
  element.replaceChildren(...strips.map(strip));
  const newest = strips.findLast(({ posture }) => posture);
  if (newest) hear(word('postureIs', { posture: word(POSTURES[newest.posture]) }));
}

function strip({ posture, bars }) {
  const name = posture ? word(POSTURES[posture]) : '';
  const element = make('span', posture ?? '', bars >= LEGIBLE ? name : '');
  element.style.setProperty('--bars', bars);
  element.title = name && word('postureIs', { posture: name });
  return element;
}

// Left to those who hear the page; the same is not said twice.
function hear(sentence) {
  write('raid-heard', sentence);
}

function fillHours(element, begins, ends) {
  const marks = [];
  for (let at = Math.ceil(begins / HOUR) * HOUR; at < ends; at += HOUR) {
    const mark = make('span', '', instant(at, { hour: '2-digit', ...(spoken() === 'en' && { minute: '2-digit' }) }));
    mark.style.setProperty('--at', (at - begins) / (ends - begins));
    marks.push(mark);
  }
  element.replaceChildren(...marks);
}

function fillFigures(element, raid) {
  const told = isCrowd(raid) ? [people, called, spent, arrived] : [people, replies, spent, without];
  element.replaceChildren(...told.map((one) => one(raid.counts)));
}

function figure(name, label, value, beside, remarks) {
  const said = remarks.filter(Boolean).map((remark) => make('span', '', remark));
  const big = make('b', '', value);
  return make('div', name, make('dt', '', label), make('dd', '', big, beside ? ` ${beside}` : '', make('small', '', ...said)));
}

function people({ ordinary }) {
  const remark = (key, name) => ordinary[key] > 0 && word(name, { count: grouped(ordinary[key]) });
  return figure('people', word('peopleAnswered'), grouped(ordinary.answered), word('ofPeople', { people: grouped(ordinary.senders) }), [
    remark('waiting', 'peopleWaiting'),
    remark('unaffordable', 'peopleUnaffordable'),
    remark('mistaken', 'peopleMistaken'),
    remark('other', 'peopleOther'),
  ]);
}

function replies({ hostile }) {
  const remark = (count, name) => count > 0 && word(name, { count: grouped(count) });
  const unsent = [remark(hostile.withdrawn, 'raidersWithheld'), remark(hostile.waiting, 'raidersWaiting')];
  return figure('replies', word('raidersReplied'), grouped(hostile.replied), '', [
    plural('ofHostile', hostile.messages, { senders: grouped(hostile.senders) }),
    unsent.filter(Boolean).join(' · '),
    remark(hostile.messages - hostile.raiders, 'raidersUnseen'),
  ]);
}

// What a crowd was taken for: nothing but a crowd, if all is well.
function called({ raids, ordinary }) {
  return figure('replies', word('calledRaid'), grouped(raids), '', [plural('takenForRaiders', ordinary.mistaken)]);
}

function arrived({ ordinary }) {
  return figure('without', word('arrived'), grouped(ordinary.messages), '', [plural('fromPeople', ordinary.senders)]);
}

function spent({ hostile, ordinary }) {
  const [paid, inbound] = ['replies', 'inbound'].map((kind) => hostile[kind] + ordinary[kind]);
  return figure('money', word('raidSpent'), cents(paid + inbound), '', [
    word('raidReplies', { sum: cents(paid) }),
    word('raidInbound', { sum: cents(inbound) }),
  ]);
}

function without({ saved, without: cost }) {
  return figure('without', word('raidWithout'), cents(cost), '', [word('raidSaved', { sum: cents(saved) }), word('raidEach')]);
}

function fillOutcome(element, raid) {
  element.classList.toggle('told', !isOn(raid));
  if (isOn(raid)) {
    const share = raid.share < 1 ? word('oneIn', { share: grouped(Math.round(1 / raid.share)) }) : word('everyOne');
    element.textContent = `${share} ${word(isCrowd(raid) ? 'crowdAbout' : 'raidAbout')}`;
    return;
  }
  const said = isCrowd(raid) ? crowdTold(raid) : raidTold(raid);
  const wrong = wrongs(raid.counts);
  element.replaceChildren(make('strong', '', said), ' ', make('span', '', wrong, ' ', word(isCrowd(raid) ? 'crowdAfter' : 'raidAfter')));
  hear(`${said} ${wrong}`);
}

function raidTold({ phase, counts: { hostile, ordinary } }) {
  const values = {
    replies: cents(hostile.replies),
    inbound: cents(hostile.inbound),
    answered: grouped(ordinary.answered),
    people: grouped(ordinary.senders),
  };
  return phase === 'over' ? plural('riddenOut', hostile.messages, values) : plural('cutShort', hostile.messages, values);
}

function crowdTold({ counts: { ordinary, raids } }) {
  const values = { answered: grouped(ordinary.answered), people: grouped(ordinary.senders), sum: cents(ordinary.replies) };
  return `${word('crowdTold', values)} ${raids ? plural('crowdCalled', raids) : word('crowdNotCalled')}`;
}

// What went wrong, as plainly as what went well.
function wrongs({ hostile, ordinary }) {
  const kinds = Object.keys(LEFT_OUT).filter((kind) => ordinary[kind] > 0);
  const left = kinds.reduce((sum, kind) => sum + ordinary[kind], 0);
  const why = kinds.map((kind) => word(LEFT_OUT[kind], { count: grouped(ordinary[kind]) })).join(', ');
  const told = [
    ...(hostile.answered ? [plural('raidersAnswered', hostile.answered)] : []),
    ...(left ? [plural('leftOut', left, { why })] : []),
  ];
  return told.length ? word('wentWrong', { told: told.join(' ') }) : word('nothingWrong');
}

async function begin(evening) {
  putAway = null;
  if (shown && isOn(shown)) hear(word('raidIsOn'));
  else await post('demo/evening', { evening, play: true });
  await look();
  byId('raid').scrollIntoView({ block: 'nearest' });
}

async function end() {
  if (isOn(shown)) {
    await post('demo/evening', { play: false });
    await look();
  } else {
    putAway = shown.take;
    showRaid(shown);
    byId(`${shown.evening}-button`).focus();
  }
}

export function listenToRaid(lookAtOnce) {
  look = lookAtOnce;
  for (const name of EVENINGS) byId(`${name}-button`).addEventListener('click', () => begin(name));
  byId('raid-end').addEventListener('click', end);
}
