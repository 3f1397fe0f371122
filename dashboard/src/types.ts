/** What /api/events sends; docs/guide/dashboard.md describes it. */

export type Disposition =
  | 'first' | 'retried' | 'fallback' | 'cached' | 'stale' | 'canned' | 'queued' | 'refused' | 'broken' | 'left';

export type Counts = Record<Disposition, number>;

export interface LadderCounts {
  last10s: Counts;
  lastMinute: Counts;
  total: Counts;
}

export interface Percentiles {
  count: number;
  p50: number;
  p95: number;
  p99: number;
}

export interface Route {
  tiers: string[][];
  deadlineMs: number;
  patienceMs: number;
  ladder: LadderCounts;
}

export type Circuit = 'closed' | 'half_open' | 'open';

export interface Target {
  region: string;
  model: string;
  breaker: Circuit;
  slow: boolean;
  gateMs: number;
  inFlight: number;
  waiting: { interactive: number; standard: number; batch: number };
  bucket: { level: number; capacity: number; tokensPerMinute: number } | null;
  retryTokens: number;
  lastMinute: {
    attempts: number;
    outcomes: Record<string, number>;
    tokens: { input: number; output: number; cacheRead: number; cacheWrite: number };
    firstTokenMs: Percentiles | null;
    answerMs: Percentiles | null;
    quotaUse: number | null;
  };
}

export type Level = 'ok' | 'info' | 'warning' | 'critical';

export interface Alarm {
  level: Level;
  kind: string;
  about: string;
  text: string;
  advice: string;
  /** Whether it concerns the whole gateway. */
  banner: boolean;
}

/** One sentence: the calls', or that of a critical alarm. */
export interface OverallStatus {
  level: Level;
  headline: string;
  why: string;
  calls: { level: Level; text: string };
}

export interface LiveEvent {
  id: number;
  at: number;
  kind: string;
  level: Level;
  about: string;
  text: string;
}

export interface Step {
  ms: number;
  kind: 'attempt' | 'sent' | 'status' | 'content' | 'success' | 'failure' | 'wait' | 'switch' | 'end';
  text: string;
}

export interface UnusualCall {
  id: number;
  at: number;
  route: string;
  rung: Disposition;
  tookMs: number;
  end: string;
  steps: Step[];
}

export interface Queue {
  reachable: boolean;
  jobs: Record<string, number>;
  bytes: number;
  oldestSeconds: number;
  runningHere: number;
}

/** A target's part of its quota, from 0 to 1. */
export interface Slice {
  quota: string;
  wants: number;
  share: number;
  leased: boolean;
  learnedPerMinute: number;
  open: number;
  /** Who leases the quota, those who lack most first. */
  members: Part[];
}

/** What a member has and could use of a quota, from 0 to 1. */
export interface Part {
  name: string;
  share: number;
  wants: number;
}

/** Searches for answers of other members, and what this one has stored for them. */
export interface SharedAnswers {
  reachable: boolean;
  hits: number;
  misses: number;
  waits: number;
  kept: number;
  failures: number;
  lastFailure: string | null;
}

export interface Cluster {
  member: string;
  store: 'leases' | 'leasesNothing' | 'silent';
  members: number;
  names: string[];
  slices: Record<string, Slice>;
  lastFailure: string | null;
  lastFailureSeconds: number | null;
  answers: SharedAnswers | null;
}

export interface Snapshot {
  at: number;
  draining: boolean;
  calls: number;
  bodyBytes: number;
  verdict: OverallStatus;
  ladder: LadderCounts;
  answerMs: Percentiles | null;
  firstTokenMs: Percentiles | null;
  routes: Record<string, Route>;
  targets: Record<string, Target>;
  queue?: Queue | null;
  cluster?: Cluster | null;
  alarms: Alarm[];
  events: LiveEvent[];
  unusual: UnusualCall[];
  /** In the first message: a column for each value, a row for each second. */
  history?: Columns;
  /** In the later ones: the second that has just ended. */
  second?: Record<string, number | null>;
}

export type Columns = Record<string, (number | null)[]>;
