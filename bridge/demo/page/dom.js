// The little that is needed to build elements, and to ask the service. What people wrote only ever becomes text.

export const byId = (id) => document.getElementById(id);

export function make(tag, classes = '', ...children) {
  const element = document.createElement(tag);
  if (classes) element.className = classes;
  element.append(...children.filter((child) => child != null));
  return element;
}

export function button(label, classes, onClick) {
  const element = make('button', classes, label);
  element.type = 'button';
  element.addEventListener('click', onClick);
  return element;
}

const shown = new WeakMap();

// Fills an element again only when what it shows has changed: what stays is neither redrawn nor read out anew.
export function refresh(element, value, fill) {
  const now = JSON.stringify(value);
  if (shown.get(element) === now) return;
  shown.set(element, now);
  fill(element);
}

// Makes the children of `parent` match `items`, in order, each recognised by its key.
export function sync(parent, items, { tag, classes, key, shows, fill }) {
  const present = new Map([...parent.children].map((element) => [element.dataset.key, element]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const element = present.get(key(item)) ?? arriving(make(tag, classes));
    present.delete(key(item));
    element.dataset.key = key(item);
    refresh(element, shows(item), () => fill(element, item));
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
  }
  for (const gone of present.values()) gone.remove();
}

// What is new moves once, when it is first seen: not again when its pane comes back into sight.
function arriving(element) {
  element.classList.add('arriving');
  element.addEventListener('animationend', (event) => {
    if (event.target === element) element.classList.remove('arriving');
  });
  return element;
}

// Whether the service took what the page asks of it.
export async function post(path, asked) {
  try {
    const headers = { 'Content-Type': 'application/json' };
    return (await fetch(path, { method: 'POST', headers, body: JSON.stringify(asked) })).ok;
  } catch {
    return false;
  }
}

// Says a sentence where something went wrong; nothing takes it back.
export function complain(element, sentence) {
  element.textContent = sentence ?? '';
  element.hidden = !sentence;
}

// Enter sends what stands in a form's field; a field that could not be sent keeps its text.
export function onSubmit(form, field, send) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const written = field.value;
    if (!written.trim()) return;
    field.value = '';
    if (!(await send(written))) field.value ||= written;
  });
}
