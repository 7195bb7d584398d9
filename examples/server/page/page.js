// The changes as they happen, newest first, and the table of users anew after each.
'use strict';

const feed = document.getElementById('feed');
const users = document.getElementById('users');
const state = document.getElementById('state');
const kept = 200; // changes that stay on the page

// element makes an element whose content is text, whatever is in it.
function element(name, text) {
  const e = document.createElement(name);
  e.textContent = text;
  return e;
}

// text returns the value of an attribute for people; one that is not set has none.
function text(value) {
  return typeof value === 'string' ? value : JSON.stringify(value) ?? '';
}

function show(change) {
  const item = document.createElement('li');
  item.append(element('time', new Date(change.at).toLocaleTimeString()), element('b', change.type));
  item.append(' ', change.user ? `user ${change.user}` : '', change.actor ? ` by user ${change.actor}` : ' by the server');
  if (change.detail) item.append(` (${change.detail})`);
  if (change.reason) item.append(`: ${change.reason}`);
  if (change.created) item.append('; login ', element('q', change.created.identity.login));
  for (const d of change.diff ?? []) {
    item.append('; ', `${d.attribute} `, element('q', text(d.before)), ' → ', element('q', text(d.after)));
  }
  feed.prepend(item);
  while (feed.childElementCount > kept) feed.lastElementChild.remove();
}

// refresh reads the users anew, once for changes that come together.
let waiting = 0;
function refresh() {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const answer = await fetch('/live/users');
    if (answer.ok) users.innerHTML = await answer.text(); // made by the server, which escapes what is in it
  }, 100);
}

const source = new EventSource('/live/changes');
source.onopen = () => { state.textContent = 'live'; };
source.onerror = () => { state.textContent = 'the server is not there; trying again'; };
source.onmessage = (message) => {
  show(JSON.parse(message.data));
  refresh();
};
