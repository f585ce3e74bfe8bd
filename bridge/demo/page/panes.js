// Which panes are seen: all three where there is room, else those that one chooses.

import { byId } from './dom.js';

const PANES = ['phone', 'bridge', 'room'];

const newest = {}; // by pane: what makes it worth a look
const seen = {};

function choosePane(pane) {
  byId('panes').dataset.shown = pane;
  sessionStorage.setItem('pane', pane);
  markTabs();
}

// A pane whose stand-in is not installed is not there.
export function leaveOut(pane, isMissing) {
  byId('panes').toggleAttribute(`data-without-${pane}`, isMissing);
  if (isMissing && byId('panes').dataset.shown === pane) choosePane('bridge');
}

// A pane that has something new, and is not seen, says so on its tab.
export function tellNewest(pane, key) {
  newest[pane] = key;
  markTabs();
}

function markTabs() {
  for (const pane of PANES) {
    const isSeen = byId(pane).getClientRects().length > 0;
    if (isSeen) seen[pane] = newest[pane];
    const tab = document.querySelector(`[data-tab=${pane}]`);
    tab.setAttribute('aria-pressed', String(isSeen));
    const hasNews = seen[pane] !== newest[pane];
    tab.classList.toggle('news', hasNews);
    tab.querySelector('.unseen').hidden = !hasNews;
  }
}

export function listenToTabs(onChosen) {
  for (const tab of document.querySelectorAll('[data-tab]')) {
    tab.addEventListener('click', () => {
      choosePane(tab.dataset.tab);
      scrollTo(0, Math.min(scrollY, byId('panes').offsetTop));
      onChosen(tab.dataset.tab);
    });
  }
  addEventListener('resize', markTabs);
  choosePane(sessionStorage.getItem('pane') ?? 'phone');
}
