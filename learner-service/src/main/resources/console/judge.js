// Says in words how the cluster is, from what its members say of themselves. It changes nothing and keeps nothing.

const BEHIND_INSTANCES = 2000;
const QUEUED_VALUES = 5000;
const RUNNING_LEARNERS = ['STARTING', 'CURRENT', 'BEHIND'];

/** The members that have, or should have, a role: in a cluster of replicas all of them have all three. */
export function withRole(cluster, role) {
  return cluster.members.filter((m) => m.kind === role || (m.kind === 'replica' && role !== 'client'))
    .map((m) => ({ ...m, role: m.view?.roles?.[role] }));
}

export function leaderOf(cluster) {
  return withRole(cluster, 'proposer').find((m) => m.role?.state === 'LEADER');
}

/** The highest instance that anyone knows to be decided. */
export function decidedOf(cluster) {
  const known = [0];
  for (const m of cluster.members) {
    const roles = m.view?.roles ?? {};
    known.push(roles.proposer?.watermark ?? 0, roles.acceptor?.watermark ?? 0, roles.learner?.known ?? 0,
      roles.learner?.delivered ?? 0);
  }
  return Math.max(...known);
}

/** How many instances a learner lacks; null if it does not say. */
export function lagOf(learner, decided) {
  return learner.role ? Math.max(0, decided - learner.role.delivered) : null;
}

/** Whether a learner lacks so much that it should be said. */
export const isBehind = (learner, decided) => (lagOf(learner, decided) ?? 0) > BEHIND_INSTANCES;

const list = (members) => members.map((m) => m.node).join(', ');

/** Returns how bad it is (good, warn, bad), in a few words and in more. "before" is the last look, or null. */
export function judge(cluster, before) {
  const acceptors = withRole(cluster, 'acceptor');
  const voting = acceptors.filter((a) => a.role?.status === 'VOTING');
  const leader = leaderOf(cluster);
  const missing = cluster.members.filter((m) => m.problem);
  const decided = decidedOf(cluster);
  const needed = Math.max(cluster.phase1, cluster.phase2);
  if (voting.length < cluster.phase2 || (!leader && voting.length < cluster.phase1)) {
    const out = acceptors.filter((a) => !voting.includes(a));
    return ['bad', 'No quorum.', `${voting.length} of ${acceptors.length} acceptors vote and ${needed} are needed, so `
      + `nothing is decided. Not voting: ${out.map((a) => `${a.node} (${a.problem ?? a.role?.reason ?? 'unknown'})`).join('; ')}.`];
  }
  if (!leader) {
    const proposers = withRole(cluster, 'proposer');
    const up = proposers.filter((p) => !p.problem);
    return ['bad', 'No leader.', 'No proposer leads, so nothing is decided. '
      + (up.length ? `An election should take about a second; ${list(up)} ${up.length > 1 ? 'stand' : 'stands'} ready.`
        : `No proposer runs: start ${list(proposers)}.`)];
  }
  const learners = withRole(cluster, 'learner');
  const stopped = learners.find((l) => l.role && !RUNNING_LEARNERS.includes(l.role.state));
  if (stopped) {
    return ['bad', `${stopped.node} delivers no more.`, stopped.role.detail ?? stopped.role.state];
  }
  const overloaded = overload(leader, acceptors, learners, decided, before);
  if (overloaded) {
    return ['warn', 'Overloaded.', overloaded];
  }
  const behind = learners.filter((l) => isBehind(l, decided));
  if (behind.length) {
    return ['warn', 'Behind.', behind.map((l) => `${l.node} lacks ${lagOf(l, decided).toLocaleString()} instances`).join('; ')
      + (behind.length < learners.length ? '. The others deliver as usual.' : '. So applications read what is old.')];
  }
  const lacking = [...missing.map((m) => `${m.node} ${m.problem}`),
    ...fullOf(leader, acceptors).map((a) => `${a.node} has no room for new instances`)];
  if (lacking.length) {
    return ['warn', 'Working, not complete.', `${lacking.join('; ')}.`];
  }
  return ['good', 'Healthy.', `${leader.node} leads, ${voting.length} of ${acceptors.length} acceptors vote.`];
}

/** The acceptors that refuse new instances, as the leader heard from them. */
function fullOf(leader, acceptors) {
  return acceptors.filter((a) => a.role?.diskNearlyFull || leader.role.acceptors?.some((p) => p.full && p.id === a.id));
}

function overload(leader, acceptors, learners, decided, before) {
  const proposer = leader.role;
  if (proposer.storageFull) {
    const full = fullOf(leader, acceptors);
    const [away] = learners.filter((l) => !l.role);
    const [slow] = learners.filter((l) => isBehind(l, decided)).sort((a, b) => lagOf(b, decided) - lagOf(a, decided));
    const disks = full.filter((a) => a.role?.diskNearlyFull);
    return `Acceptors have no room (${list(full) || 'too many of them'}), so new values are refused. `
      + (disks.length ? `The ${disks.length > 1 ? 'disks' : 'disk'} of ${list(disks)} ${disks.length > 1 ? 'are' : 'is'} nearly full: make room there.`
        : away ? `They drop what learners hold, and ${away.node} ${away.problem ?? 'does not say'}: bring it back, or trim without it.`
          : slow ? `They drop what learners hold, and ${slow.node} lacks ${lagOf(slow, decided).toLocaleString()} instances.`
            : 'They drop what learners hold, when a learner asks them to: trim.');
  }
  const earlier = before && leaderOf(before);
  const rejected = earlier?.node === leader.node
    ? proposer.counters.rejections - earlier.role.counters.rejections : 0;
  if (rejected > 0) {
    return `${leader.node} refused ${rejected.toLocaleString()} submissions just now, since it has no room for more; clients are told to try later.`;
  }
  if (proposer.queuedValues > QUEUED_VALUES) {
    return `${proposer.queuedValues.toLocaleString()} values wait at ${leader.node}; latency grows.`;
  }
  return null;
}

/** Milliseconds until a phase-2 quorum has accepted what the leader proposes; null without a leader that measured it. */
export function decideMillis(cluster) {
  const trips = (leaderOf(cluster)?.role.acceptors ?? []).map((a) => a.roundTripMicros).filter((t) => t > 0)
    .sort((a, b) => a - b);
  return trips.length >= cluster.phase2 ? trips[cluster.phase2 - 1] / 1000 : null;
}

/** Milliseconds from a client-service's sends to the deliveries; null where none has measured any. */
export function clientMillis(cluster) {
  const trips = cluster.members.map((m) => m.view?.roles?.client?.roundTripNanos ?? 0).filter((t) => t > 0);
  return trips.length ? Math.max(...trips) / 1e6 : null;
}
