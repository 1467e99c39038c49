import type { EdgeData, GraphData, NodeData, SpaceSide } from '../figure-data.ts';
import { s } from './dom.ts';

/*
 * Hundreds of states and lines: what a reader can follow among them is one way, from the start to the end
 * of a schedule. So that is thick and has its accesses written beside it, and all the rest is background
 * that says how much there is. Points of interest are a state's words and threads, and they stand below
 * the drawing, where there is room, when a state is chosen by mouse or keyboard.
 */

/** Pixels from one state to the next, across and down; of the box of a state. */
const STEP = { x: 128, y: 84 };
const BOX = { width: 96, height: 30 };
const ROOM = 70;
/** Of more accesses than this only those of the schedule are named beside their lines: there is no room for all. */
const MOST_LABELS = 14;

/** Signs for the kinds of states, beside their colours. */
const SIGNS: Readonly<Record<NodeData['kind'], string>> = {
  start: '▶ ',
  inner: '',
  end: '■ ',
  stuck: '⊘ ',
  fault: '',
};

/**
 * States from the start downwards, and the accesses between them: a stroke of its own for each thread, and a thick one for
 * the schedule that is followed.
 *
 * @param path an index of the graph's paths, or -1 @param onPick called with the state that somebody points at
 */
export function graphOf(
  graph: GraphData,
  path: number,
  { name, lanes }: Pick<SpaceSide, 'name' | 'lanes'>,
  onPick: (state: number) => void,
): SVGSVGElement {
  const left = Math.min(0, ...graph.nodes.map(({ at }) => at));
  const right = Math.max(0, ...graph.nodes.map(({ at }) => at));
  const depth = Math.max(0, ...graph.nodes.map(({ row }) => row));
  const x = ({ at }: NodeData) => (at - left) * STEP.x + ROOM + BOX.width / 2;
  const y = ({ row }: NodeData) => row * STEP.y + ROOM / 2;
  const width = (right - left) * STEP.x + BOX.width + 2 * ROOM;
  const height = depth * STEP.y + BOX.height + ROOM;
  const followed = new Set(graph.paths[path]?.edges);
  const order = graph.edges
    .map((edge, at) => ({ edge, at }))
    .sort((one, other) => Number(followed.has(one.at)) - Number(followed.has(other.at)));
  const hasLabels = graph.edges.length <= MOST_LABELS;
  const lines = order.map(({ edge, at }) =>
    lineOf(graph, edge, { x, y, lanes }, followed.has(at), hasLabels || followed.has(at)),
  );
  const onPath = new Set([...followed].flatMap((at) => [graph.edges[at]!.from, graph.edges[at]!.to]));
  return s(
    'svg',
    {
      class: 'space',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'group',
      'aria-label': `${name}: ${graph.nodes.length} states drawn`,
    },
    s('rect', { class: 'paper', width, height }),
    ...lines,
    ...graph.nodes.map((node, at) => boxOf(node, at, { x: x(node), y: y(node) }, onPath.has(at), onPick)),
  );
}

/** From places in rows to pixels, and from numbers to names. */
interface Scales {
  readonly lanes: readonly string[];
  readonly x: (node: NodeData) => number;
  readonly y: (node: NodeData) => number;
}

/**
 * From the lower side of a state to the upper side of another, in a curve that leaves and arrives upright:
 * so lines that meet in a state can be told apart. The title is what a mouse shows.
 */
function lineOf(
  { nodes, edges }: GraphData,
  edge: EdgeData,
  { x, y, lanes }: Scales,
  isFollowed: boolean,
  isLabelled: boolean,
): SVGGElement {
  const [from, to] = [nodes[edge.from]!, nodes[edge.to]!];
  const lane = lanes[edge.lane] ?? `thread ${edge.lane}`;
  // Two accesses between the same states lie side by side.
  const twins = edges.filter((one) => one.from === edge.from && one.to === edge.to);
  const shift = (twins.indexOf(edge) - (twins.length - 1) / 2) * 18;
  const [x1, y1, x2, y2] = [x(from) + shift, y(from) + BOX.height / 2, x(to) + shift, y(to) - BOX.height / 2];
  const isDown = to.row > from.row;
  const d = isDown
    ? `M${x1} ${y1}C${x1} ${y1 + 26} ${x2} ${y2 - 26} ${x2} ${y2}`
    : backwards(x(from), y(from), x(to), y(to));
  const label = { x: (x1 + x2) / 2 + 5, y: (y1 + y2) / 2 + 3 + shift / 3 };
  return s(
    'g',
    { class: `edge lane${edge.lane % 4}${isFollowed ? ' followed' : ''}` },
    s('path', { d }, s('title', {}, `${lane}: ${edge.label}`)),
    isDown && s('path', { class: 'tip', d: `M${x2 - 4} ${y2 - 7}L${x2} ${y2}L${x2 + 4} ${y2 - 7}` }),
    isLabelled && isDown && s('text', label, `${lane.replace('thread ', '')}: ${edge.label}`),
  );
}

/** Past the right side of both; within a row, below it. */
function backwards(x1: number, y1: number, x2: number, y2: number): string {
  const half = { x: BOX.width / 2, y: BOX.height / 2 };
  if (y1 === y2) return `M${x1} ${y1 + half.y}C${x1} ${y1 + 44} ${x2} ${y2 + 44} ${x2} ${y2 + half.y}`;
  const side = Math.max(x1, x2) + half.x + 26;
  return `M${x1 + half.x} ${y1}C${side} ${y1} ${side} ${y2} ${x2 + half.x} ${y2}`;
}

/**
 * A state with what its first word holds. It is a button: whoever comes to it by keyboard is told all of
 * it.
 */
function boxOf(
  node: NodeData,
  at: number,
  place: { x: number; y: number },
  isOnPath: boolean,
  onPick: (state: number) => void,
): SVGGElement {
  const { kind, label, detail } = node;
  const onKey = (event: Event) => {
    if ((event as KeyboardEvent).key === 'Enter') onPick(at);
  };
  const box = {
    x: place.x - BOX.width / 2,
    y: place.y - BOX.height / 2,
    ...BOX,
    rx: kind === 'end' ? 3 : 15,
  };
  return s(
    'g',
    {
      class: `node ${kind}${isOnPath ? ' followed' : ''}`,
      tabindex: 0,
      role: 'button',
      'aria-label': `state ${at}: ${detail}`,
      onclick: () => onPick(at),
      onfocus: () => onPick(at),
      onkeydown: onKey,
    },
    s('rect', box),
    s('text', { x: place.x, y: place.y + 4.5, 'text-anchor': 'middle' }, `${SIGNS[kind]}${label}`),
  );
}
