// The phone: who holds it, what it shows, and sending.

import { make, refresh, sync } from './dom.js';
import { number, spoken, time, word } from './words.js';

const byId = (id) => document.getElementById(id);
const talk = byId('talk');

// Telephones that this tab made up, out of the numbers that are kept for fiction: they belong to nobody.
export class Phones {
  constructor() {
    const kept = JSON.parse(sessionStorage.getItem('phones') ?? 'null');
    this.run = kept?.run;
    this.all = kept?.all ?? [madeUp([])];
    this.current = kept?.current ?? this.all[0];
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

  choose(address) {
    this.current = address;
    sessionStorage.setItem('phones', JSON.stringify({ run: this.run, all: this.all, current: address }));
  }
}

function madeUp(taken) {
  const four = String(1 + Math.floor(Math.random() * 9999)).padStart(4, '0');
  const address = `+3363998${four}`;
  return taken.includes(address) ? madeUp(taken) : address;
}

export function showPhones(phones, onChoose) {
  const chips = phones.all.map((address) => {
    const chip = button(number(address, { home: true }), () => onChoose(address));
    chip.setAttribute('aria-pressed', String(address === phones.current));
    return chip;
  });
  const another = button(word('anotherPhone'), () => onChoose(phones.another()));
  another.classList.add('another');
  byId('phones').replaceChildren(...chips, another);
}

export function showExamples(send) {
  const names = ['firstMessage', 'angryMessage', 'otherLanguage', 'stop'];
  byId('examples').replaceChildren(...names.map((name) => button(word(name), () => send(word(`${name}Text`)))));
}

function button(label, onClick) {
  const chip = make('button', 'chip', label);
  chip.type = 'button';
  chip.addEventListener('click', onClick);
  return chip;
}

export function showConversation(bubbles, line) {
  byId('line').textContent = number(line);
  // What the provider has not delivered yet is not on the phone yet.
  const here = bubbles.filter((bubble) => bubble.by === 'person' || bubble.status === 'delivered');
  sync(talk, here, {
    tag: 'div',
    classes: 'bubble',
    key: (bubble) => bubble.id,
    shows: (bubble) => [bubble, spoken()],
    fill: fillBubble,
  });
  talk.dataset.beginning = word('beginning');
  refresh(talk, here.map((bubble) => bubble.id), () => { talk.scrollTop = talk.scrollHeight; });
}

function fillBubble(element, bubble) {
  const said = { person: 'sentAt', service: 'arrivedAt', provider: 'providersOwn' }[bubble.by];
  element.dataset.by = bubble.by;
  element.replaceChildren(make('p', '', bubble.text), make('small', '', word(said, { time: time(bubble.at) })));
}

export async function text(address, written) {
  try {
    const answer = await fetch('demo/text', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ address, text: written }),
    });
    refuse(answer.ok ? null : word('notSent'));
    return answer.ok;
  } catch {
    refuse(word('notSent'));
    return false;
  }
}

function refuse(sentence) {
  byId('refusal').textContent = sentence ?? '';
  byId('refusal').hidden = sentence === null;
}
