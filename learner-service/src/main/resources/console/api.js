// Shows openapi.json: every call with its parameters, answers and examples.

const here = location.origin;
const make = (tag, text, ...children) => {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  element.append(...children);
  return element;
};
const example = (content) => {
  const [type, media] = Object.entries(content ?? {})[0] ?? [];
  return media?.example === undefined ? '' : `${type}\n${JSON.stringify(media.example, null, 1)}`;
};

function rows(heads, lines) {
  const table = make('table');
  table.append(make('tr', '', ...heads.map((head) => make('th', head))));
  for (const cells of lines) {
    table.append(make('tr', '', ...cells.map((cell) => make('td', '', cell))));
  }
  const scroll = make('div', '', table);
  scroll.className = 'scroll';
  return scroll;
}

function show(path, method, call) {
  const parts = [make('h2', `${method.toUpperCase()} ${path}`), make('p', `${call.summary}. At: ${call.tags.join(', ')}.`)];
  if (call['x-role']) parts.push(make('p', `Where tokens are in force: role ${call['x-role']}.`));
  if (call.description) parts.push(make('p', call.description));
  if (call.parameters) {
    parts.push(rows(['parameter', 'meaning'], call.parameters.map((p) => [make('code', p.name), p.description])));
  }
  if (call['x-curl']) {
    parts.push(make('pre', call['x-curl'].replaceAll('{learner}', here).replaceAll('{client}', here)));
  }
  parts.push(rows(['status', 'means', 'example'], Object.entries(call.responses).map(([status, answer]) => [
    make('code', status), answer.description, example(answer.content) ? make('pre', example(answer.content)) : ''])));
  return make('article', '', ...parts);
}

const document_ = await (await fetch('/openapi.json')).json();
const articles = Object.entries(document_.paths)
  .flatMap(([path, calls]) => Object.entries(calls).map(([method, call]) => show(path, method, call)));
document.getElementById('calls').replaceChildren(make('p', document_.info.description), ...articles);
