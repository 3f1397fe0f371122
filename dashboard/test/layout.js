/** Compares boxes on a page: what is cut off, what lies over something else, and what is out of line. Run in the browser. */

export function layout() {
  const found = [];
  const show = (text) => `“${text.trim().replace(/\s+/g, ' ').slice(0, 40)}”`;

  if (document.documentElement.scrollWidth > innerWidth) {
    found.push(`the page is ${document.documentElement.scrollWidth - innerWidth} px wider than the screen`);
  }

  // Every line of text that can be seen, with its box.
  const lines = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (node.data.trim() === '' || parent.closest('.hidden, .skip, select, noscript') || !parent.checkVisibility({ visibilityProperty: true })) continue;
    if (getComputedStyle(parent).clipPath !== 'none' || parent.closest('thead') && getComputedStyle(parent.closest('thead')).clipPath !== 'none') continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) if (box.width > 1) lines.push({ node, parent, text: node.data, box });
  }

  // Cut off: by the nearest box that hides what does not fit, or by the screen's edge.
  for (const { parent, text, box } of lines) {
    if (box.left < -1 || box.right > innerWidth + 1) found.push(`${show(text)} is cut off by the screen`);
    for (let at = parent; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.overflowX === 'visible' && style.overflowY === 'visible') continue;
      const edge = at.getBoundingClientRect();
      if (box.left < edge.left - 1 || box.right > edge.right + 1) found.push(`${show(text)} is cut off at the side`);
      else if (style.overflowY !== 'auto' && (box.top < edge.top - 1 || box.bottom > edge.bottom + 1)) found.push(`${show(text)} is cut off below`);
    }
  }
  for (const box of document.querySelectorAll('main *')) {
    if (box.closest('svg') || box.closest('.hidden') || !box.checkVisibility()) continue;
    const style = getComputedStyle(box);
    if (style.overflowX !== 'visible' && style.clipPath === 'none' && box.scrollWidth > box.clientWidth + 1) {
      found.push(`${box.tagName.toLowerCase()}.${box.className} hides ${box.scrollWidth - box.clientWidth} px at its side`);
    }
  }

  // Over something else: lines of text that meet, of different elements.
  for (let i = 0; i < lines.length; i++) {
    for (let j = i + 1; j < lines.length; j++) {
      const a = lines[i].box;
      const b = lines[j].box;
      const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (width > 2 && height > 6 && lines[i].node !== lines[j].node) found.push(`${show(lines[i].text)} lies over ${show(lines[j].text)}`);
    }
  }

  // Out of line: header, panels and footer share their edges.
  const edges = [...document.querySelectorAll('.top .brand, .banner, .overall, .panel.alarms, main > .panel')].map((box) => box.getBoundingClientRect());
  const left = edges.map((edge) => Math.round(edge.left));
  if (document.querySelector('.overall') && Math.max(...left) - Math.min(...left) > 1) found.push(`left edges differ: ${left}`);
  const right = [...document.querySelectorAll('.top .buttons, .banner, .overall, .panel.alarms, main > .panel')].map((box) => box.getBoundingClientRect()).map((edge) => Math.round(edge.right));
  if (document.querySelector('.overall') && Math.max(...right) - Math.min(...right) > 1) found.push(`right edges differ: ${right}`);

  // Below the fold: what an operator has to know is seen without scrolling.
  for (const one of document.querySelectorAll('.banner, .overall, .alarm')) {
    const box = one.getBoundingClientRect();
    if (box.bottom > innerHeight + 1) found.push(`${show(one.textContent)} ends ${Math.round(box.bottom - innerHeight)} px below the fold`);
  }

  // Raw markup.
  for (const { text } of lines) if (text.includes('`')) found.push(`a backtick in ${show(text)}`);
  return [...new Set(found)];
}
