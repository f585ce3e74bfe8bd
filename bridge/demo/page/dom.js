// The little that is needed to build elements. What people wrote only ever becomes text.

export function make(tag, classes = '', ...children) {
  const element = document.createElement(tag);
  if (classes) element.className = classes;
  element.append(...children.filter((child) => child != null));
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
    const element = present.get(key(item)) ?? make(tag, classes);
    present.delete(key(item));
    element.dataset.key = key(item);
    refresh(element, shows(item), () => fill(element, item));
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
  }
  for (const gone of present.values()) gone.remove();
}
