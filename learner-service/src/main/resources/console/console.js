import { call as ask, onToken } from './access.js';
import { clientMillis, decideMillis, decidedOf, isBehind, judge, lagOf, leaderOf, withRole } from './judge.js';
import { Plots } from './plots.js';
import { Stream } from './stream.js';

const LOOK_MILLIS = 1000;
const $ = (id) => document.getElementById(id);
const count = (n) => (n == null ? '–' : Math.round(n).toLocaleString());
const millis = (n) => (n == null ? '–' : `${n < 10 ? n.toFixed(2) : Math.round(n)} ms`);
const words = (text) => String(text ?? '–').toLowerCase().replaceAll('_', ' ');
const ballot = (b) => (b && b.round ? `${b.round} of proposer ${b.proposerId}` : '–');

let last = null;
let silentSince = null;
const plots = new Plots();
const stream = new Stream();

async function look() {
  try {
    const answer = await ask('/api/cluster', { signal: AbortSignal.timeout(4000) });
    if (answer.status === 401 || answer.status === 403) {
      verdict('waiting', 'A token is needed.', (await answer.json()).detail);
      return;
    }
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const cluster = await answer.json();
    silentSince = null;
    show(cluster, performance.now());
  } catch (failure) {
    silentSince ??= new Date();
    verdict('bad', 'This learner does not answer.',
      `Since ${silentSince.toLocaleTimeString()} (${failure.message}). What stands below is from before.`);
  }
}

function verdict(kind, title, text) {
  const element = $('verdict');
  const [strong, span] = [element.querySelector('strong'), element.querySelector('span')];
  element.className = `verdict ${kind}`;
  if (strong.textContent !== title) strong.textContent = title;
  if (span.textContent !== text) span.textContent = text;
}

function show(cluster, now) {
  const self = cluster.members.find((m) => m.self);
  const learner = self?.view?.roles?.learner;
  const leader = leaderOf(cluster);
  const decided = decidedOf(cluster);
  verdict(...judge(cluster, last?.cluster));
  document.title = `${$('verdict').querySelector('strong').textContent} Synod ${cluster.name}`;
  $('name').textContent = `cluster ${cluster.name}, as ${cluster.self} sees it`;
  $('self').textContent = `This is ${cluster.self} at ${self?.address ?? location.host}.`;
  const seconds = last ? (now - last.now) / 1000 : null;
  const rate = (of) => (seconds && learner && last.learner ? Math.max(0, of(learner) - of(last.learner)) / seconds : null);
  const instances = rate((l) => l.counters.instancesDelivered);
  const values = rate((l) => l.counters.valuesDelivered);
  $('leader').textContent = leader ? leader.node : 'none';
  $('ballot').textContent = leader ? leader.role.ballot.round : '–';
  $('instances').textContent = count(instances);
  $('values').textContent = count(values);
  $('decide').textContent = millis(decideMillis(cluster));
  $('latency').textContent = millis(clientMillis(cluster));
  $('flight').textContent = leader ? count(leader.role.inFlightInstances) : '–';
  $('subscribers').textContent = `${count(cluster.subscribers)} of ${count(cluster.subscribersMax)}`;
  const stored = withRole(cluster, 'acceptor').map((a) => a.role?.storedInstances).filter((n) => n != null);
  const lags = withRole(cluster, 'learner').map((l) => lagOf(l, decided)).filter((n) => n != null);
  plots.add(Math.round(Date.now() / 1000), {
    values, instances, decide: decideMillis(cluster), client: clientMillis(cluster),
    stored: stored.length ? Math.max(...stored) : null, lacking: lags.length ? Math.max(...lags) : null,
  });
  tables(cluster, decided);
  doable(cluster, learner);
  last = { now, cluster, learner };
}

function tables(cluster, decided) {
  table('proposers', ['', 'state', 'ballot', 'in flight', 'queued', 'refused'], withRole(cluster, 'proposer'), (p) => ({
    lead: p.role.state === 'LEADER',
    cells: [p.node, words(p.role.state), ballot(p.role.ballot), count(p.role.inFlightInstances), count(p.role.queuedValues),
      count(p.role.counters.rejections)],
  }));
  table('acceptors', ['', 'state', 'promised', 'stored', 'trimmed up to', ''], withRole(cluster, 'acceptor'), (a) => ({
    cells: [a.node, words(a.role.status), ballot(a.role.promised), count(a.role.storedInstances), count(a.role.trimPoint),
      a.role.status === 'VOTING' ? (a.role.diskNearlyFull ? ['warn', 'disk nearly full'] : '') : ['bad', a.role.reason]],
  }));
  table('learners', ['', 'state', 'delivered up to', 'lacks', 'sessions', ''], withRole(cluster, 'learner'), (l) => ({
    cells: [l.node, words(l.role.state), count(l.role.delivered),
      isBehind(l, decided) ? ['warn', count(lagOf(l, decided))] : count(lagOf(l, decided)), count(l.role.sessions),
      l.role.detail ? ['bad', l.role.detail] : ''],
  }));
  const clients = withRole(cluster, 'client');
  table('clients', ['', 'leader it knows', 'submitted', 'decided', 'refused', 'unknown'], clients, (c) => ({
    cells: [c.address, c.role.away ? 'idle' : c.role.leader < 0 ? 'none' : `proposer ${c.role.leader}`,
      count(c.role.counts.submitted), count(c.role.counts.decided), count(c.role.counts.refused), count(c.role.counts.unknown)],
  }), 'No client-service is configured here (paxos.learner.client-services), so nothing can be submitted from this page.');
}

function table(id, heads, members, describe, empty) {
  const element = $(id);
  const rows = [line('th', heads)];
  for (const member of members) {
    if (member.problem || !member.role) {
      const tr = line('td', [member.node, ['bad', member.problem ?? 'does not say']], heads.length);
      tr.className = 'down';
      rows.push(tr);
    } else {
      const { cells, lead } = describe(member);
      const tr = line('td', cells);
      if (lead) tr.className = 'lead';
      rows.push(tr);
    }
  }
  if (!members.length && empty) rows.splice(0, 1, line('td', [empty]));
  const body = element.tBodies[0] ?? element.createTBody();
  body.replaceChildren(...rows);
}

function line(tag, cells, span) {
  const tr = document.createElement('tr');
  cells.forEach((cell, i) => {
    const [kind, text] = Array.isArray(cell) ? cell : ['', cell];
    const element = document.createElement(tag);
    element.textContent = text;
    if (kind) element.className = kind;
    if (tag === 'th') element.scope = 'col';
    if (span && i === cells.length - 1) element.colSpan = span - i;
    tr.append(element);
  });
  return tr;
}

function doable(cluster, learner) {
  $('submit').querySelector('button').disabled = cluster.clientServices === 0;
  if (cluster.clientServices === 0 && !$('submitted').textContent) {
    tell('submitted', '', 'No client-service is configured here (paxos.learner.client-services).');
  }
  $('trim').querySelector('button').disabled = !cluster.canTrim;
  if (!cluster.canTrim) tell('trimmed', '', 'This learner may not ask for a trim (paxos.learner.can-trim).');
  $('upto').placeholder = learner ? `up to instance, such as ${learner.delivered}` : 'up to instance';
}

function tell(id, kind, text) {
  $(id).className = kind;
  $(id).textContent = text;
}

async function call(path, options) {
  try {
    const answer = await ask(path, { method: 'POST', ...options });
    const body = await answer.json().catch(() => ({}));
    return [answer.ok, body, body.detail ?? `status ${answer.status}`];
  } catch (failure) {
    return [false, {}, `this learner does not answer (${failure.message})`];
  }
}

$('submit').addEventListener('submit', async (event) => {
  event.preventDefault();
  const start = performance.now();
  tell('submitted', '', 'On its way…');
  const [ok, place, problem] = await call('/api/values', { body: $('value').value });
  if (ok) {
    tell('submitted', 'good', `Decided at ${place.instance}:${place.index ?? '?'} after ${millis(performance.now() - start)}.`);
    $('value').select();
  } else {
    tell('submitted', 'bad', problem);
  }
});

$('trim').addEventListener('submit', (event) => {
  event.preventDefault();
  const instance = Number($('upto').value);
  if (!Number.isSafeInteger(instance) || instance < 1) {
    tell('trimmed', 'bad', 'Say up to which instance: a whole number from 1.');
    return;
  }
  $('confirm-text').textContent = `Acceptors will forget instances 1 to ${instance.toLocaleString()} for good. They do so only when as `
    + 'many learners hold them as the trim quorum asks for. Applications go on reading them here for as long as this learner '
    + 'retains them; a learner that was started anew could not fetch them from acceptors any more.';
  $('confirm').showModal();
});

$('confirm-no').addEventListener('click', () => $('confirm').close());
$('confirm-yes').addEventListener('click', async () => {
  $('confirm').close();
  tell('trimmed', '', 'Asking…');
  const [ok, outcome, problem] = await call('/actuator/trim', {
    headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ instance: Number($('upto').value) }),
  });
  tell('trimmed', ok ? 'good' : 'bad', ok ? `Acceptors have trimmed up to ${outcome.acceptors.map((n) => (n < 0 ? 'no answer' : count(n))).join(', ')}.` : problem);
});

document.addEventListener('keydown', (event) => {
  if (event.target.matches('input, textarea') || event.ctrlKey || event.metaKey || event.altKey || $('confirm').open) return;
  const act = { s: () => $('value').focus(), '/': () => $('filter').focus(), p: () => stream.toggle() }[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});

async function watch() {
  for (;;) {
    // A page that nobody looks at asks nobody anything.
    if (document.visibilityState === 'visible') await look();
    await new Promise((done) => { setTimeout(done, LOOK_MILLIS); });
  }
}

onToken(look);
watch();
stream.run();
