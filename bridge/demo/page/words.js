// Words, money and time in the language of the reader.

const LOCALES = { fr: 'fr-FR', en: 'en-GB' };
export const CHANNELS = { sms: 'SMS', telegram: 'Telegram' }; // names that are the same in every language
const MICRO = 1_000_000; // micro-euros in a euro, microseconds in a second

let tables = {};
let language = 'en';

export async function loadWords() {
  tables = await (await fetch('words.json')).json();
  const known = [localStorage.getItem('language'), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  language = known.find((tag) => tag in LOCALES) ?? 'en';
}

export function speak(chosen) {
  language = chosen;
  localStorage.setItem('language', chosen);
}

export const spoken = () => language;

export function word(key, values = {}) {
  return tables[language][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

export function plural(key, count, values) {
  const form = new Intl.PluralRules(LOCALES[language]).select(count) === 'one' ? 'one' : 'other';
  return word(`${key}_${form}`, { count: grouped(count), ...values });
}

// What the service says, with the marks of a printed page.
export function printed(said) {
  const marks = [[/'/g, '’'], [/ ([:;!?»])/g, '\u00a0$1'], [/« /g, '«\u00a0']];
  return language === 'fr' ? marks.reduce((text, [mark, better]) => text.replace(mark, better), said) : said;
}

export function money(microEuros) {
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 4, trailingZeroDisplay: 'stripIfInteger' };
  const style = { style: 'currency', currency: 'EUR', ...digits };
  return new Intl.NumberFormat(LOCALES[language], style).format(microEuros / MICRO);
}

// Sums that one compares: whole cents.
export function cents(microEuros) {
  return new Intl.NumberFormat(LOCALES[language], { style: 'currency', currency: 'EUR' }).format(microEuros / MICRO);
}

export const grouped = (value) => new Intl.NumberFormat(LOCALES[language]).format(value);

// An instant of 2017, on the clock of Paris.
export function instant(micros, style) {
  return new Intl.DateTimeFormat(LOCALES[language], { ...style, timeZone: 'Europe/Paris' }).format(micros / 1000);
}

export function time(micros, seconds = false) {
  const style = { hour: '2-digit', minute: '2-digit', ...(seconds && { second: '2-digit' }) };
  return new Intl.DateTimeFormat(LOCALES[language], style).format(micros / 1000);
}

export function moment(micros) {
  const day = new Intl.DateTimeFormat(LOCALES[language], { day: 'numeric', month: 'short' });
  return `${day.format(micros / 1000)} ${time(micros, true)}`;
}

export function duration(micros, digits = 0) {
  const [unit, size] = unitOf(micros);
  const style = { unit, unitDisplay: 'long', minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(LOCALES[language], { style: 'unit', ...style }).format(micros / size);
}

// From 3 to 6 seconds: the unit of the longer one, said once.
export function range({ min, max }) {
  const first = new Intl.NumberFormat(LOCALES[language]).format(min / unitOf(max)[1]);
  return word('range', { min: first, max: duration(max) });
}

const unitOf = (micros) => (micros < 60 * MICRO ? ['second', MICRO] : ['minute', 60 * MICRO]);

export function languageName(code) {
  return new Intl.DisplayNames(LOCALES[language], { type: 'language' }).of(code);
}

// 06 39 98 12 34 at home in France; +33 6 39 98 12 34 for the public number.
export function number(e164, { home = false } = {}) {
  const match = /^\+33(\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(e164);
  if (!match) return e164;
  const [, first, ...pairs] = match;
  return [home ? `0${first}` : `+33 ${first}`, ...pairs].join('\u00a0');
}
