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
  const stopped = withRole(cluster, 'learner').find((l) => l.role && !RUNNING_LEARNERS.includes(l.role.state));
  if (stopped) {
    return ['bad', `${stopped.node} delivers no more.`, stopped.role.detail ?? stopped.role.state];
  }
  const overloaded = overload(leader, acceptors, before);
  if (overloaded) {
    return ['warn', 'Overloaded.', overloaded];
  }
  const behind = withRole(cluster, 'learner').filter((l) => (lagOf(l, decided) ?? 0) > BEHIND_INSTANCES);
  if (behind.length) {
    return ['warn', 'Behind.', behind.map((l) => `${l.node} lacks ${lagOf(l, decided).toLocaleString()} instances`).join('; ')
      + '. The others deliver as usual.'];
  }
  if (missing.length) {
    return ['warn', 'Working, not complete.', missing.map((m) => `${m.node} ${m.problem}`).join('; ') + '.'];
  }
  return ['good', 'Healthy.', `${leader.node} leads, ${voting.length} of ${acceptors.length} acceptors vote.`];
}

function overload(leader, acceptors, before) {
  const proposer = leader.role;
  if (proposer.storageFull) {
    const full = acceptors.filter((a) => proposer.acceptors?.some((p) => p.full && p.id === a.id));
    return `Acceptors have no room (${list(full) || 'too many of them'}), so new values are refused: trim, or see what keeps them from being trimmed.`;
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
