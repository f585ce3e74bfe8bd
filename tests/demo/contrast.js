// The texts on the page that stand out from their ground by less than 4.5 to 1 (WCAG 2.2, 1.4.3).
(() => {
  // `rgb(20 48 47 / 0.5)`, or `color(srgb 0.08 0.19 0.18 / 0.5)`, which counts from 0 to 1.
  const numbers = (colour) => {
    const [r, g, b, a] = colour.match(/[\d.]+/g).map(Number);
    return [...[r, g, b].map((v) => (colour.startsWith('color(') ? v * 255 : v)), a ?? 1];
  };
  const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);

  // A colour that may let another shine through.
  const over = ([r, g, b, a], under) => [r, g, b].map((v, i) => v * a + under[i] * (1 - a));

  const ground = (one) => {
    if (!one) return [255, 255, 255];
    return over(numbers(getComputedStyle(one).backgroundColor), ground(one.parentElement));
  };

  const contrast = (one) => {
    const text = over(numbers(getComputedStyle(one).color), ground(one));
    const [brighter, darker] = [light(text), light(ground(one))].sort((x, y) => y - x);
    return (brighter + 0.05) / (darker + 0.05);
  };

  const hasText = (one) => [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  return [...document.querySelectorAll('body *')]
    .filter((one) => hasText(one) && one.checkVisibility() && contrast(one) < 4.5)
    .map((one) => `${one.className || one.tagName}: ${one.textContent.slice(0, 30)}`);
})()
