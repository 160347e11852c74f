// Phones in a browser. Texts become text nodes and elements made here; nothing a bot sends is parsed as HTML.
import { renderText } from "/text.js";

const $ = (id) => document.getElementById(id);
const phones = new Map();
let bot = { username: "" };

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

async function ask(path, body) {
  const options = body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(`/control${path}`, options);
  if (answer.status === 204) return null;
  const result = await answer.json();
  if (answer.ok) return result;
  throw new Error(typeof result.detail === "string" ? result.detail : "The sandbox did not understand that.");
}

/** An address as this page opens it: links to the bot stay in the sandbox. */
function localAddress(url) {
  const link = /^(?:https?:\/\/(?:t|telegram)\.me\/|tg:\/\/resolve\?domain=)([A-Za-z0-9_]+)(?:[?&]start=([\w-]*))?/.exec(url);
  if (!link || link[1].toLowerCase() !== bot.username.toLowerCase()) return url;
  return `/${bot.username}?start=${link[2] ?? ""}`;
}

class Phone {
  constructor(person, position) {
    this.root = $("phone-template").content.firstElementChild.cloneNode(true);
    this.chat = person.id;
    this.messages = new Map();
    this.pressed = new Map();
    this.unread = 0;
    this.waiting = [];
    for (const part of ["log", "status", "chats", "block", "newest", "toast", "commands", "start", "composer", "menu"])
      this[part] = this.root.querySelector(`.${part}`);
    this.input = this.root.querySelector("textarea");
    this.root.querySelector(".avatar").classList.add(`hue-${position % 6}`);
    this.tab = make("button", { class: "tab", type: "button", onclick: () => choose(person.id) });
    this.listen();
    this.update(person);
    let follow = true;
    this.log.addEventListener("scroll", () => { follow = this.isAtEnd(); });
    new ResizeObserver(() => follow && this.scrollDown()).observe(this.log);
  }

  listen() {
    this.start.addEventListener("click", () => this.write("/start"));
    this.block.addEventListener("click", () => this.attempt(
      () => ask(`/people/${this.person.id}/${this.person.blocked ? "unblock" : "block"}`, {})));
    this.chats.addEventListener("change", () => { this.chat = Number(this.chats.value); this.load(); this.show(); });
    this.newest.addEventListener("click", () => this.scrollDown());
    this.log.addEventListener("scroll", () => { this.newest.hidden = this.isAtEnd(); });
    this.menu.addEventListener("click", () => this.toggleCommands(this.commands.hidden));
    this.composer.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    this.input.addEventListener("input", () => { this.fit(); this.suggest(); });
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.send(); }
      if (event.key === "ArrowUp" && !this.commands.hidden) { event.preventDefault(); this.commands.lastElementChild?.focus(); }
    });
    this.commands.addEventListener("keydown", (event) => {
      const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
      if (step) { event.preventDefault(); (document.activeElement[step] ?? this.input).focus(); }
    });
    this.root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.commands.hidden) { this.toggleCommands(false); this.input.focus(); }
    });
  }

  update(person) {
    this.person = person;
    this.root.setAttribute("aria-label", `${person.first_name}'s phone`);
    this.root.querySelector("h2").textContent = person.first_name;
    this.root.querySelector(".avatar").textContent = [...person.first_name][0].toUpperCase();
    this.log.setAttribute("aria-label", `Messages on ${person.first_name}'s phone`);
    this.input.setAttribute("aria-label", `Message from ${person.first_name}`);
    this.block.textContent = person.blocked ? "Unblock bot" : "Block bot";
    this.block.setAttribute("aria-label", `${person.blocked ? "Unblock" : "Block"} the bot on ${person.first_name}'s phone`);
    this.block.setAttribute("aria-pressed", String(person.blocked));
    const chats = [{ id: person.id, title: "Bot" }, ...person.groups];
    this.chats.replaceChildren(...chats.map((chat) => make("option", { value: chat.id }, chat.title)));
    if (!chats.some((chat) => chat.id === this.chat)) { this.chat = person.id; this.load(); }
    this.chats.value = this.chat;
    this.chats.hidden = chats.length === 1;
    this.show();
  }

  /** What depends on the person's state and the chosen chat. */
  show() {
    const alone = this.chat === this.person.id;
    const { blocked, started, username, id } = this.person;
    const note = this.root.querySelector(".blocked-note");
    note.textContent = `${this.person.first_name} has blocked the bot.`;
    note.hidden = !(alone && blocked);
    this.start.hidden = !(alone && !started && !blocked);
    this.composer.hidden = !note.hidden || !this.start.hidden;
    this.status.textContent = username ? `@${username} · ${id}` : `id ${id}`;
    this.tab.replaceChildren(this.person.first_name, ...(this.unread ? [make("span", { class: "badge" }, String(this.unread))] : []));
    this.fillCommands("");
  }

  async load() {
    this.waiting ??= [];
    const { messages } = await ask(`/people/${this.person.id}/transcript?chat_id=${this.chat}`);
    this.messages = new Map(messages.map((message) => [message.id, message]));
    this.redraw();
    this.scrollDown();
    const missed = this.waiting ?? [];
    this.waiting = null;
    for (const work of missed) work();
  }

  /** Do it now, or after the chat has loaded: what is heard meanwhile may be newer than what was asked. */
  later(work) { if (this.waiting) this.waiting.push(work); else work(); }

  /** All bubbles again: a chat is short, and neighbours depend on each other. */
  redraw() {
    let day = null, before = null;
    const bubbles = [];
    for (const message of [...this.messages.values()].sort((a, b) => a.id - b.id)) {
      const date = new Date(message.date * 1000);
      if (date.toDateString() !== day) { bubbles.push(make("p", { class: "day" }, dayName(date))); day = date.toDateString(); before = null; }
      bubbles.push(this.bubble(message, before));
      before = message;
    }
    if (!bubbles.length) bubbles.push(make("p", { class: "empty" }, this.chat === this.person.id && !this.person.started ? "Press Start below and the bot will answer." : "No messages here yet."));
    this.log.replaceChildren(...bubbles);
  }

  receive(message) {
    const isNew = !this.messages.has(message.id);
    const follow = this.isAtEnd() || message.from_id === this.person.id;
    const focused = this.log.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
    this.messages.set(message.id, message);
    if (!isNew) this.replace(message);
    else if (this.messages.size > 1) this.append(message);
    else this.redraw();
    if (focused) this.log.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
    if (follow) this.scrollDown();
    if (isNew && message.from_bot && !this.root.classList.contains("chosen")) { this.unread += 1; this.show(); }
    if (message.from_bot) this.action("");
  }

  append(message) {
    const before = [...this.messages.values()].at(-2);
    if (new Date(before.date * 1000).toDateString() !== new Date(message.date * 1000).toDateString()) return this.redraw();
    const bubble = this.bubble(message, before);
    bubble.classList.add("arrives");
    this.log.append(bubble);
  }

  /** An edited message in its place, so that a screen reader hears only of it. */
  replace(message) {
    const ids = [...this.messages.keys()];
    const before = this.messages.get(ids[ids.indexOf(message.id) - 1]);
    this.log.querySelector(`[data-id="${message.id}"]`)?.replaceWith(this.bubble(message, before));
  }

  forget(messageId) { this.messages.delete(messageId); this.redraw(); }

  bubble(message, before) {
    const mine = message.from_id === this.person.id;
    const turn = !before || before.from_id !== message.from_id;
    const bubble = make("div", { class: "bubble" });
    if (turn && !mine && this.chat < 0) bubble.append(make("span", { class: "sender" }, message.from_name));
    const quoted = this.messages.get(message.reply_to);
    if (quoted) bubble.append(make("div", { class: "quote" }, quoted.text || "Photo or file"));
    if (message.photo) bubble.append(make("a", { class: "photo", href: message.photo.url, target: "_blank", rel: "noopener" },
      make("img", { src: message.photo.url, alt: "Photo", width: message.photo.width, height: message.photo.height, onload: () => this.isAtEnd(400) && this.scrollDown() })));
    if (message.document) bubble.append(make("a", { class: "document", href: message.document.url, download: message.document.name },
      icon("file"), make("span", {}, message.document.name, make("small", {}, sizeName(message.document.size)))));
    bubble.append(renderText(message.text, message.entities, { make, localAddress, command: (text) => this.write(text) }));
    const time = new Date(message.date * 1000);
    bubble.append(make("span", { class: "meta" }, message.silent ? "silent " : "", message.edited ? "edited " : "", make("time", { datetime: time.toISOString() }, clock(time))));
    const classes = ["message", mine && "mine", turn && "turn", message.buttons.length && "has-buttons"];
    const whole = make("div", { class: classes.filter(Boolean).join(" "), "data-id": message.id }, bubble);
    if (message.buttons.length) whole.append(make("div", { class: "keys" },
      ...message.buttons.map((row, y) => make("div", {}, ...row.map((button, x) => this.key(message, button, `${y}.${x}`))))));
    return whole;
  }

  key(message, button, place) {
    if (button.url) return make("a", { class: "key", href: localAddress(button.url), target: "_blank", rel: "noopener" }, button.text, icon("out"));
    // By its place: what a button carries changes when the message is edited.
    const focus = `${message.id} ${place}`;
    const waits = [...this.pressed.values()].includes(focus);
    return make("button", { class: "key", type: "button", "data-focus": focus, "aria-busy": String(waits),
      onclick: (event) => this.press(message, button, focus, event.currentTarget) }, button.text);
  }

  async press(message, button, focus, key) {
    key.setAttribute("aria-busy", "true");
    const done = await this.attempt(() => ask(`/people/${this.person.id}/press`, { message_id: message.id, button: button.callback_data }));
    if (!done) { key.setAttribute("aria-busy", "false"); return; }
    this.pressed.set(done.press_id, focus);
    setTimeout(() => this.settle(done.press_id), 15000);
  }

  /** The bot answered a press, or took too long: its button rests. */
  settle(pressId) {
    const focus = this.pressed.get(pressId);
    this.pressed.delete(pressId);
    if (focus) this.log.querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.setAttribute("aria-busy", "false");
  }

  answer({ press_id: pressId, text, show_alert: showAlert }) {
    // The answer may overtake the response that names the press.
    setTimeout(() => this.settle(pressId), 60);
    if (text && showAlert) alertBox(this.person.first_name, text);
    else if (text) this.say(text);
  }

  say(text) {
    this.toast.textContent = text;
    this.toast.hidden = false;
    clearTimeout(this.hush);
    this.hush = setTimeout(() => { this.toast.hidden = true; }, 3500);
  }

  action(name) {
    const { username, id } = this.person;
    this.status.textContent = name ? (name === "typing" ? "bot is typing…" : "bot is sending…") : username ? `@${username} · ${id}` : `id ${id}`;
    clearTimeout(this.acting);
    if (name) this.acting = setTimeout(() => this.action(""), 5000);
  }

  async attempt(work) {
    try { return (await work()) ?? true; } catch (error) { this.say(error.message); return null; }
  }

  async write(text) {
    this.toggleCommands(false);
    return this.attempt(() => ask(`/people/${this.person.id}/write`, { text, chat_id: this.chat }));
  }

  async send() {
    const text = this.input.value;
    if (!text.trim()) return;
    this.input.value = "";
    this.fit();
    if (!(await this.write(text))) { this.input.value = text; this.fit(); }
  }

  fit() { this.input.style.height = "auto"; this.input.style.height = `${this.input.scrollHeight + 2}px`; }

  fillCommands(prefix) {
    const fitting = this.person.commands.filter((entry) => entry.command.startsWith(prefix));
    this.commands.replaceChildren(...fitting.map(({ command, description }) => make("button",
      { type: "button", onclick: () => { this.input.value = ""; this.write(`/${command}`); this.input.focus(); } },
      make("b", {}, `/${command}`), make("span", {}, description))));
    if (!fitting.length) this.commands.append(make("p", {}, "The bot has no commands here."));
    return fitting.length;
  }

  toggleCommands(open) {
    if (open) this.fillCommands("");
    this.commands.hidden = !open;
    this.menu.setAttribute("aria-expanded", String(open));
    if (open) this.commands.firstElementChild.focus();
  }

  suggest() {
    const typed = /^\/(\w*)$/.exec(this.input.value);
    this.commands.hidden = !(typed && this.fillCommands(typed[1]));
    this.menu.setAttribute("aria-expanded", String(!this.commands.hidden));
  }

  isAtEnd(slack = 120) { return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < slack; }
  scrollDown() { this.log.scrollTop = this.log.scrollHeight; this.newest.hidden = true; }
}

const clock = (date) => date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
function dayName(date) {
  if (date.toDateString() === new Date().toDateString()) return "Today";
  return date.toLocaleDateString([], { day: "numeric", month: "long" });
}
function sizeName(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1048576 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

function choose(personId) {
  for (const [id, phone] of phones) {
    const chosen = id === personId;
    phone.root.classList.toggle("chosen", chosen);
    phone.tab.setAttribute("aria-pressed", String(chosen));
    if (!chosen) continue;
    phone.unread = 0;
    phone.show();
    phone.scrollDown();
    phone.root.scrollIntoView({ block: "nearest", inline: "center" });
  }
}

function alertBox(title, text) {
  $("alert-title").textContent = title;
  $("alert-text").textContent = text;
  if (!$("alert-dialog").open) $("alert-dialog").showModal();
}

async function refresh() {
  const state = await ask("/state");
  bot = state.bot;
  $("bot-name").textContent = `@${bot.username}`;
  $("nobody").hidden = state.people.length > 0;
  const arrivals = [];
  for (const person of state.people) {
    if (phones.has(person.id)) { phones.get(person.id).update(person); continue; }
    const phone = new Phone(person, phones.size);
    phones.set(person.id, phone);
    $("phones").append(phone.root);
    $("tabs").append(phone.tab);
    arrivals.push(phone);
  }
  if (arrivals.length && !document.querySelector(".phone.chosen")) choose(state.people[0].id);
  await Promise.all(arrivals.map((phone) => phone.load()));
}

function heard(event) {
  if (event.type === "people" || event.type === "commands") { refresh(); return; }
  for (const phone of phones.values()) {
    if (event.type === "answer") { if (event.person_id === phone.person.id) phone.answer(event); continue; }
    if (phone.chat !== event.chat_id) continue;
    if (event.type === "message") phone.later(() => phone.receive(event.message));
    if (event.type === "deleted") phone.later(() => phone.forget(event.message_id));
    if (event.type === "action") phone.action(event.action);
  }
}

function listen() {
  const events = new EventSource("/control/events");
  let wasLost = false;
  events.onmessage = (event) => heard(JSON.parse(event.data));
  events.onopen = async () => {
    $("link-state").textContent = "";
    if (!wasLost) return;
    await refresh();
    for (const phone of phones.values()) phone.load();
  };
  events.onerror = () => { wasLost = true; $("link-state").textContent = "The sandbox is away. Trying again…"; };
}

/** A deep link: ask whose phone opens it, and let that phone send the command. */
function followDeepLink() {
  const name = decodeURIComponent(location.pathname.slice(1));
  if (!name) return;
  const payload = new URLSearchParams(location.search).get("start") ?? "";
  const command = `/start ${payload}`.trim();
  $("open-command").textContent = command;
  $("open-choices").replaceChildren(...[...phones.values()].map(({ person, root }) => make("button", { type: "button",
    onclick: () => { $("open-dialog").close(); choose(person.id); phones.get(person.id).write(command); } },
    root.querySelector(".avatar").cloneNode(true),
    make("span", {}, person.first_name, make("small", {}, person.started ? "knows the bot" : "has not started the bot yet")))));
  $("open-dialog").addEventListener("close", () => history.replaceState(null, "", "/"), { once: true });
  $("open-dialog").showModal();
}

async function addPhone() {
  const name = $("add-name").value.trim();
  if (!name) return;
  const id = 100000 + Math.floor(Math.random() * 1e9);
  await ask("/people", { id, first_name: name });
  await refresh();
  choose(id);
}

for (const button of document.querySelectorAll("[data-close]"))
  button.addEventListener("click", () => button.closest("dialog").close());
$("add-phone").addEventListener("click", () => { $("add-name").value = ""; $("add-dialog").showModal(); });
$("add-form").addEventListener("submit", addPhone);
listen();
await refresh();
followDeepLink();
