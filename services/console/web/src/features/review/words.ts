/** Words of a page and where they stand: found by a point or by a drag, without an element for each of them. */
import type { Place, WordOnPage } from '@/shared/api/client';

export type Box = readonly [number, number, number, number];
type Point = { x: number; y: number };

const inside = (box: Box, { x, y }: Point): boolean => x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3];
const touches = (a: Box, b: Box): boolean => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];

export const boxBetween = (a: Point, b: Point): Box => [Math.min(a.x, b.x), Math.min(a.y, b.y), Math.max(a.x, b.x), Math.max(a.y, b.y)];

/** The words that a press (a point) or a drag (a box) takes, in reading order. */
export function taken(words: readonly WordOnPage[], from: Point, to: Point): WordOnPage[] {
  const box = boxBetween(from, to);
  const isDrag = box[2] - box[0] > 0.004 || box[3] - box[1] > 0.004;
  return isDrag ? words.filter((word) => touches(word.box, box)) : words.filter((word) => inside(word.box, to)).slice(0, 1);
}

export function placeOf(words: readonly WordOnPage[], page: number): Place | undefined {
  if (!words.length) return undefined;
  const bbox = words
    .map((word) => word.box as Box)
    .reduce((all, box) => [Math.min(all[0], box[0]), Math.min(all[1], box[1]), Math.max(all[2], box[2]), Math.max(all[3], box[3])] as const);
  return { page, bbox: [...bbox], text: words.map((word) => word.text).join(' ') };
}
