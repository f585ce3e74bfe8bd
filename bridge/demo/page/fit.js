// The phone and the room end where the screen ends, whatever this machine's fonts make of what stands above them.

import { byId } from './dom.js';

const BOXES = ['device', 'board'];

const edge = (element) => element.getBoundingClientRect().top;

function fit(box) {
  if (box.getClientRects().length === 0) return; // in a pane that is not seen
  const scrolled = edge(box.parentElement) - edge(box.closest('.pane')); // how far it has come along
  const above = document.querySelector('.wall').offsetHeight + edge(box) - edge(byId('panes')) - scrolled;
  box.style.setProperty('--above', `${Math.ceil(above)}px`);
}

// Again whenever anything above changes its height: the width of the screen, the language, the fonts.
export function keepFitting() {
  const boxes = BOXES.map(byId);
  const watching = new ResizeObserver(() => boxes.forEach(fit));
  for (const one of document.querySelectorAll('.wall, .tabs, .pane, .about, .phones')) watching.observe(one);
}
