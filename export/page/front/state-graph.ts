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
/** Pixels from one state to the next across where all have their names beside them. */
const WIDE = 200;
/** Of a label: how wide a sign is, and how high a line. */
const SIGN = 6.7;
const LINE = 11;

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
  const hasLabels = graph.edges.length <= MOST_LABELS;
  const across = hasLabels ? WIDE : STEP.x;
  const x = ({ at }: NodeData) => (at - left) * across + ROOM + BOX.width / 2;
  const y = ({ row }: NodeData) => row * STEP.y + ROOM / 2;
  // The name beside the last line reaches further than its state.
  const width = (right - left) * across + BOX.width + (hasLabels ? 3 : 2) * ROOM;
  const height = depth * STEP.y + BOX.height + ROOM;
  const followed = new Set(graph.paths[path]?.edges);
  const order = graph.edges
    .map((edge, at) => ({ edge, at }))
    .sort((one, other) => Number(followed.has(one.at)) - Number(followed.has(other.at)));
  const labels = new Labels();
  // The schedule that is followed comes last, to lie above the rest; but its names get their places first.
  const lines = order
    .reverse()
    .map(({ edge, at }) =>
      lineOf(
        graph,
        edge,
        { x, y, lanes },
        followed.has(at),
        hasLabels || followed.has(at) ? labels : undefined,
      ),
    )
    .reverse();
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
  labels: Labels | undefined,
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
  const text = `${lane.replace('thread ', '')}: ${edge.label}`;
  const isAcross = to.row === from.row;
  const along = (t: number) => (isDown ? onCurve(x1, y1, x2, y2, t) : { x: x1 + (x2 - x1) * t, y: y1 + 24 });
  // Backwards there is a loop at the side, with no room for a name: its title has it.
  const label = (isDown || isAcross) && labels?.placeOf(text, along);
  const tip = isDown
    ? `M${x2 - 4} ${y2 - 7}L${x2} ${y2}L${x2 + 4} ${y2 - 7}`
    : isAcross && `M${x2 - 4} ${y(to) + BOX.height / 2 + 7}l4 -7l4 7`;
  return s(
    'g',
    { class: `edge lane${edge.lane % 4}${isFollowed ? ' followed' : ''}` },
    s('path', { d }, s('title', {}, `${lane}: ${edge.label}`)),
    tip && s('path', { class: 'tip', d: tip }),
    label && s('text', { ...label }, text),
  );
}

/** A place on the curve that `lineOf` draws: a part of the way from its begin to its end. */
function onCurve(x1: number, y1: number, x2: number, y2: number, t: number): Place {
  const rest = 1 - t;
  const [near, far] = [3 * rest * rest * t, 3 * rest * t * t];
  return {
    x: rest ** 3 * x1 + near * x1 + far * x2 + t ** 3 * x2,
    y: rest ** 3 * y1 + near * (y1 + 26) + far * (y2 - 26) + t ** 3 * y2,
  };
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/**
 * Names beside lines. Lines that cross have their middle in one place, and two names there would be none. So each gets the
 * first place along its line where nothing is written yet; where there is none, its title has to do.
 */
class Labels {
  readonly #taken: { readonly x: number; readonly y: number; readonly width: number }[] = [];

  placeOf(text: string, along: (t: number) => Place): Place | undefined {
    const width = text.length * SIGN;
    for (const t of [0.5, 0.3, 0.7, 0.4, 0.6, 0.2, 0.8]) {
      const { x, y } = along(t);
      const place = { x: x + 5, y: y + 3, width };
      const isFree = this.#taken.every(
        (one) => Math.abs(one.y - place.y) >= LINE || one.x + one.width < place.x || place.x + width < one.x,
      );
      if (!isFree) continue;
      this.#taken.push(place);
      return { x: place.x, y: place.y };
    }
    return undefined;
  }
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
