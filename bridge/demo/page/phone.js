// The phone: who holds it, over which channel it writes, what it shows, and sending.

import { button, byId, complain, make, post, refresh, sync } from './dom.js';
import { CHANNELS, number, spoken, time, word } from './words.js';

const COMMANDS = ['/start', '/help', '/privacy', '/stop'];
const ARRIVED = { sms: 'delivered', telegram: 'sent' }; // how a channel says that a message is on the phone
const OVER = { sms: 'overSms', telegram: 'overTelegram' };
const BEGINNING = { sms: 'beginningSms', telegram: 'beginningTelegram' };
const PASTING = 4; // telephones, this one among them
const CROWDED = 2; // telephones from which on another one is asked for by a mere +

// Telephones that this tab made up, out of the numbers that are kept for fiction: they belong to nobody.
export class Phones {
  constructor() {
    const kept = JSON.parse(sessionStorage.getItem('phones') ?? 'null');
    this.run = kept?.run;
    this.all = kept?.all ?? [madeUp([])];
    this.current = kept?.current ?? this.all[0];
    this.channel = kept?.channel ?? 'sms';
  }

  // Another run of the demo remembers nobody: begin anew. True when that was so.
  belongTo(run) {
    const anew = this.run !== undefined && this.run !== run;
    if (anew) this.all = [madeUp([])];
    this.run = run;
    this.choose(anew ? this.all[0] : this.current);
    return anew;
  }

  another() {
    this.all.push(madeUp(this.all));
    return this.all.at(-1);
  }

  choose(address, channel = this.channel) {
    this.current = address;
    this.channel = channel;
    sessionStorage.setItem('phones', JSON.stringify(this));
  }
}

function madeUp(taken) {
  const four = String(1 + Math.floor(Math.random() * 9999)).padStart(4, '0');
  const address = `+3363998${four}`;
  return taken.includes(address) ? madeUp(taken) : address;
}

export function showPhones(phones, onChoose) {
  const chips = phones.all.map((address) => {
    const chip = button(number(address, { home: true }), 'chip', () => onChoose(address));
    chip.setAttribute('aria-pressed', String(address === phones.current));
    return chip;
  });
  const another = button(word('anotherPhone'), 'chip another', () => onChoose(phones.another()));
  if (chips.length >= CROWDED) {
    another.setAttribute('aria-label', another.textContent);
    another.textContent = '';
  }
  const those = make('div', 'those', ...chips);
  byId('phones').replaceChildren(those, another);
  // The one in use is in sight, however many there are.
  const current = those.querySelector('[aria-pressed=true]');
  if (current) those.scrollLeft = current.offsetLeft + current.offsetWidth - those.clientWidth;
}

// Which channels there are, the service says: a channel whose stand-in is not installed is not there.
export function showChannels(channels, current, onChoose) {
  refresh(byId('channels'), [channels, current], (group) => {
    const focused = group.contains(document.activeElement);
    const buttons = channels.map((channel) => {
      const one = button(CHANNELS[channel], '', () => onChoose(channel));
      one.setAttribute('aria-pressed', String(channel === current));
      return one;
    });
    group.replaceChildren(...buttons);
    group.hidden = channels.length < 2;
    if (focused) group.querySelector('[aria-pressed=true]').focus();
  });
}

export function showExamples(channel, send, paste) {
  refresh(byId('examples'), [channel, spoken()], (group) => {
    const chip = (label, written, classes = 'chip') => button(label, classes, () => send(written));
    const example = (name) => chip(word(name), word(`${name}Text`));
    const chips = {
      sms: () => [
        ...['firstMessage', 'angryMessage'].map(example),
        chip('STOP', 'STOP'),
        example('otherLanguage'),
        button(word('fourPhones'), 'chip paste', paste),
      ],
      telegram: () => [
        ...COMMANDS.map((command) => chip(command, command, 'chip command')),
        ...['firstMessage', 'angryMessage'].map(example),
      ],
    };
    group.replaceChildren(...chips[channel]());
  });
}

export function showConversation({ line, bubbles }, channel) {
  byId('device').dataset.channel = channel;
  byId('line').textContent = number(line);
  byId('over').textContent = word(OVER[channel]);
  // What the provider has not delivered yet is not on the phone yet.
  const here = bubbles.filter((bubble) => bubble.by === 'person' || bubble.status === ARRIVED[channel]);
  const talk = byId('talk');
  sync(talk, here, {
    tag: 'div',
    classes: 'bubble',
    key: (bubble) => `${channel}:${bubble.id}`,
    shows: (bubble) => [bubble, spoken()],
    fill: (element, bubble) => fillBubble(element, bubble, channel),
  });
  talk.dataset.beginning = word(BEGINNING[channel]);
  refresh(talk, here.map((bubble) => bubble.id), showLatest);
}

export function showLatest() {
  const talk = byId('talk');
  talk.scrollTop = talk.scrollHeight;
}

function fillBubble(element, bubble, channel) {
  const said = { person: channel === 'sms' ? 'sentAt' : 'at', service: 'at', provider: 'providersOwn' }[bubble.by];
  element.dataset.by = bubble.by;
  element.replaceChildren(make('p', '', bubble.text), make('small', '', word(said, { time: time(bubble.at) })));
}

export function text(phones, written) {
  return send(phones.channel, phones.current, written);
}

// This phone and a few that nobody has seen before send the same words, one after the other.
export async function pasteOne(phones) {
  const writers = [phones.current];
  while (writers.length < PASTING) writers.push(madeUp([...phones.all, ...writers]));
  for (const address of writers) await send('sms', address, word('fourPhonesText'));
}

async function send(channel, address, written) {
  const taken = await post('demo/text', { channel, number: address, text: written, language: spoken() });
  complain(byId('refusal'), taken ? null : word('notSent'));
  return taken;
}
