// The token, where the cluster asks for one. It is kept for this tab alone, until the tab is closed, and goes into a header: never into
// a URL, and never into a cookie, which the browser would send by itself.

const KEY = 'synod.token';
const form = document.getElementById('access');
const field = document.getElementById('token');
const state = document.getElementById('access-state');
const forget = document.getElementById('forget');
const listeners = [];

export const token = () => sessionStorage.getItem(KEY) ?? '';

/** Is told when another token is used. */
export const onToken = (listener) => listeners.push(listener);

/** As the browser's fetch, with the token; says in the page what is wrong with it. */
export async function call(path, options = {}) {
  const headers = new Headers(options.headers);
  if (token()) headers.set('Authorization', `Bearer ${token()}`);
  const answer = await fetch(path, { ...options, headers });
  if (answer.status === 401 || answer.status === 403 || answer.status === 429) {
    const problem = await answer.clone().json().catch(() => ({}));
    tell(String(problem.type ?? '').split(':').pop(), problem.detail);
  } else if (answer.ok && token()) {
    tell('ok');
  }
  return answer;
}

function tell(kind, detail) {
  const said = {
    'no-token': ['bad', 'This cluster asks for a token. Enter one; a reader\'s shows everything, a submitter\'s submits, an operator\'s trims.'],
    'wrong-token': ['bad', 'This token is not known here. Enter another.'],
    'role-too-small': ['warn', `This token does not suffice: ${detail}.`],
    'too-many-tries': ['bad', 'Too many wrong tokens came from here. Wait a second, then enter the right one.'],
    ok: ['', 'The token is used in this tab alone, and forgotten when it is closed.'],
  }[kind];
  if (!said || (kind === 'ok' && state.className === 'warn')) return;
  form.hidden = false;
  forget.hidden = !token();
  state.className = said[0];
  if (state.textContent !== said[1]) state.textContent = said[1];
}

function use(text) {
  if (text) sessionStorage.setItem(KEY, text);
  else sessionStorage.removeItem(KEY);
  field.value = '';
  state.className = '';
  state.textContent = text ? 'Trying it…' : 'Forgotten.';
  forget.hidden = !text;
  listeners.forEach((listener) => listener());
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (field.value.trim()) use(field.value.trim());
});
forget.addEventListener('click', () => use(''));
