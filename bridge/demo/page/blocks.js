// Draws Block Kit, as Slack documents it. Whatever a block says becomes text, never markup.

import { button, make, sync } from './dom.js';
import { moment, spoken } from './words.js';

// Makes an element show the blocks; `press` is called with a button that was pressed, and confirmed where asked.
export function showBlocks(parent, blocks, press) {
  sync(parent, blocks.map((block, place) => ({ place, block })), {
    tag: 'div',
    key: ({ place, block }) => `${place}:${block.type}`,
    shows: ({ block }) => [{ ...block, block_id: null }, spoken()],
    fill: (element, { block }) => {
      element.className = `block ${block.type}`;
      DRAW[block.type]?.(element, block, press);
    },
  });
}

const DRAW = {
  header: (element, { text }) => element.replaceChildren(make('h4', '', text.text)),
  divider: (element) => element.replaceChildren(make('hr')),
  context: (element, { elements }) => element.replaceChildren(...elements.map((one) => make('p', '', one.text))),
  image: (element, { image_url: src, alt_text: alt }) => element.replaceChildren(Object.assign(make('img'), { src, alt })),
  section: drawSection,
  rich_text: (element, { elements }) => element.replaceChildren(...elements.map(richContainer)),
  input: drawInput,
  actions: (element, { elements }, press) => showButtons(element, elements, press),
};

function drawSection(element, { text, fields = [], accessory }, press) {
  const facts = fields.map(({ text: fact }) => drawFact(...fact.split('\n')));
  const beside = accessory?.type === 'button' ? make('div', 'accessory') : null;
  if (beside) showButtons(beside, [accessory], press);
  element.replaceChildren(...(text ? [make('p', 'words', text.text)] : []), ...facts, ...(beside ? [beside] : []));
}

// A field; what is written there and sent off is handed on as `written`.
function drawInput(element, { label, hint, element: field }, press) {
  const form = make('form', 'writes');
  const box = make('input', '');
  Object.assign(box, { type: 'text', maxLength: field.max_length, required: true });
  box.setAttribute('aria-label', label.text);
  const send = make('button', 'act primary', '⏎');
  send.setAttribute('aria-label', label.text);
  form.append(box, send);
  form.onsubmit = (event) => {
    event.preventDefault();
    press({ written: box.value });
  };
  element.replaceChildren(make('p', 'words', label.text), form, ...(hint ? [make('p', '', hint.text)] : []));
}

// A label on a line of its own, and its value.
function drawFact(label, ...value) {
  return value.length ? make('p', 'fact', make('span', '', label), value.join('\n')) : make('p', 'words', label);
}

// A button stays the same element while its card is edited: whoever is about to press it does not miss it.
function showButtons(parent, buttons, press) {
  sync(parent, buttons, {
    tag: 'button',
    key: (one) => one.action_id,
    shows: (one) => one,
    fill: (element, one) => {
      element.type = 'button';
      element.className = `act ${one.style ?? ''}`;
      element.textContent = one.text.text;
      element.onclick = one.url
        ? () => window.open(one.url, '_blank', 'noopener')
        : () => once(element, async () => (await confirmed(one.confirm, element)) && press(one));
    },
  });
}

async function once(element, work) {
  if (element.ariaBusy === 'true') return;
  element.ariaBusy = 'true';
  await work();
  element.ariaBusy = 'false';
}

// What a button asks before it acts: true where it asks nothing, or the answer is yes.
function confirmed(asked, near) {
  if (!asked) return true;
  const dialog = make('dialog', 'window asks');
  dialog.lang = near.closest('[lang]').lang;
  const title = make('h3', '', asked.title.text);
  title.id = 'asks-title';
  dialog.setAttribute('aria-labelledby', title.id);
  const answer = (value) => () => dialog.close(value);
  const deny = button(asked.deny.text, 'act', answer('no'));
  const confirm = button(asked.confirm.text, `act ${near.matches('.danger') ? 'danger' : 'primary'}`, answer('yes'));
  dialog.append(title, make('p', 'words', asked.text.text), make('footer', '', deny, confirm));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
  });
}

function richContainer({ type, style, elements }) {
  if (type === 'rich_text_list') {
    const items = elements.map((item) => make('li', '', ...item.elements.map(rich)));
    return make(style === 'ordered' ? 'ol' : 'ul', '', ...items);
  }
  return make('p', type, ...elements.map(rich));
}

function rich(element) {
  if (element.type === 'date') return make('time', '', moment(element.timestamp * 1e6));
  const said = element.text ?? element.name ?? element.url ?? '';
  const tag = element.style?.code ? 'code' : element.style?.bold ? 'b' : 'span';
  return make(tag, '', said);
}
