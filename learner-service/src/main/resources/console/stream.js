// The delivered values as they come. It reads pages, not the WebSocket: a busy log is more than a page can show, so when it
// falls behind it skips to the present and says how many instances it left out. An application that must see every value
// uses the WebSocket.

import { call, onToken } from './access.js';

const ROWS = 200;
const PAGE = 200;
const BEHIND_INSTANCES = 500;
const pause = (millis) => new Promise((done) => { setTimeout(done, millis); });

export class Stream {
  constructor() {
    this.body = document.querySelector('#stream tbody');
    this.state = document.getElementById('stream-state');
    this.filter = document.getElementById('filter');
    this.button = document.getElementById('pause');
    this.values = [];
    this.skipped = 0;
    this.next = 'latest';
    this.paused = false;
    this.button.addEventListener('click', () => this.toggle());
    this.filter.addEventListener('input', () => this.show());
    onToken(() => this.begin());
  }

  toggle() {
    this.paused = !this.paused;
    this.button.setAttribute('aria-pressed', this.paused);
    this.button.textContent = this.paused ? 'Go on' : 'Pause';
    this.skipped = 0;
    this.tell();
  }

  async run() {
    await this.begin();
    for (;;) {
      if (this.paused) {
        await pause(200);
      } else {
        await this.read();
      }
    }
  }

  /** The newest values there are, so that the page is not empty. */
  async begin() {
    try {
      const { lastInstance, firstInstance } = await (await call('/api/values?from=latest')).json();
      this.next = lastInstance === undefined ? 'latest' : String(Math.max(firstInstance, lastInstance - 20, 1));
    } catch {
      this.next = 'latest';
    }
    this.tell();
  }

  async read() {
    try {
      const answer = await call(`/api/values?limit=${PAGE}&wait=10000&from=${encodeURIComponent(this.next)}`);
      const page = await answer.json();
      if (answer.status === 410) {
        this.jump(page.firstInstance);
        return;
      }
      if (!answer.ok) throw new Error(page.detail);
      this.take(page);
      await pause(page.stopped ? 2000 : 150);
    } catch (failure) {
      this.tell(`Not connected: ${failure.message || 'the learner does not answer'}. Trying again.`);
      await pause(1000);
    }
  }

  take(page) {
    if (this.paused) return;
    this.next = page.next;
    this.values = [...page.values.reverse(), ...this.values].slice(0, ROWS);
    const at = Number(page.next.split(':')[0]);
    if (page.lastInstance - at > BEHIND_INSTANCES) this.jump(page.lastInstance);
    this.show();
    this.tell(page.stopped ? `The learner delivers no more: ${page.stopped}` : null);
  }

  jump(instance) {
    const at = Number(this.next.split(':')[0]);
    if (instance > at) this.skipped += instance - at;
    this.next = String(instance);
  }

  tell(trouble) {
    const skipped = this.skipped
      ? ` More is delivered than a page can show: ${this.skipped.toLocaleString()} instances were left out here.` : '';
    this.state.textContent = trouble ?? (this.paused ? 'Paused; the log goes on, and so will this list.'
      : this.values.length ? `The newest first.${skipped}` : 'Nothing was delivered yet.');
  }

  show() {
    const wanted = this.filter.value.trim().toLowerCase();
    const rows = this.values.filter((v) => !wanted || v.value.toLowerCase().includes(wanted)
      || v.session === wanted || String(v.instance) === wanted || `${v.instance}:${v.index}` === wanted);
    this.body.replaceChildren(...rows.map(row));
  }
}

function row(value) {
  const tr = document.createElement('tr');
  const text = value.encoding ? `base64 ${value.value}` : value.value;
  for (const cell of [`${value.instance}:${value.index}`, value.session, value.number, text.length > 500 ? `${text.slice(0, 500)}…` : text]) {
    const td = document.createElement('td');
    td.textContent = cell;
    tr.append(td);
  }
  return tr;
}
