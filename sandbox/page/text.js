// A text with entities as DOM nodes. Offsets count UTF-16 code units, as JavaScript's strings do.

const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote" };

/** `tools`: make (elements), localAddress (links) and command (what a tapped command does). */
export function renderText(text, entities, tools) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const fragment = document.createDocumentFragment();
  fragment.append(...render(text, 0, text.length, sorted, tools));
  return fragment;
}

function render(text, begin, end, entities, tools) {
  const nodes = [];
  let at = begin;
  for (let index = 0; index < entities.length;) {
    const entity = entities[index];
    const last = Math.min(entity.offset + entity.length, end);
    // What begins inside this entity is drawn inside of it.
    let next = index + 1;
    while (next < entities.length && entities[next].offset < last) next += 1;
    if (entity.offset > at) nodes.push(text.slice(at, entity.offset));
    const inner = render(text, entity.offset, last, entities.slice(index + 1, next), tools);
    nodes.push(element(entity, text.slice(entity.offset, last), inner, tools));
    at = last;
    index = next;
  }
  if (at < end) nodes.push(text.slice(at, end));
  return nodes;
}

function element(entity, text, inner, { make, localAddress, command }) {
  if (TAGS[entity.type]) return make(TAGS[entity.type], {}, ...inner);
  if (entity.type === "bot_command") return make("button", { type: "button", class: "command", onclick: () => command(text) }, ...inner);
  if (entity.type === "spoiler") return spoiler(make, inner);
  const address = { text_link: entity.url, url: text, email: `mailto:${text}` }[entity.type];
  if (address && /^(https?|mailto|tg):/i.test(address))
    return make("a", { href: localAddress(address), target: "_blank", rel: "noopener" }, ...inner);
  return make("span", {}, ...inner);
}

function spoiler(make, inner) {
  const reveal = (event) => event.currentTarget.setAttribute("aria-expanded", "true");
  return make("button", { type: "button", class: "spoiler", "aria-expanded": "false", onclick: reveal }, ...inner);
}
