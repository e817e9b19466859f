/** The picture of a page with the places of values on it: a press on a place opens its field, a press on a word takes it over. */
import { useQuery } from '@tanstack/react-query';
import { ChevronLeft, ChevronRight, Eye, EyeOff, ZoomIn, ZoomOut } from 'lucide-react';
import { type PointerEvent, useEffect, useRef, useState } from 'react';
import type { Place } from '@/shared/api/client';
import { Button } from '@/shared/ui/Button';
import { Failed, Loading } from '@/shared/ui/states';
import { imagePath, pagesQuery, wordsQuery } from './api';
import css from './Review.module.css';
import type { Field } from './fields';
import { type Box, boxBetween, placeOf, taken } from './words';

type Props = {
  documentId: string;
  fields: readonly Field[];
  active: Field | undefined;
  onPick: (path: string) => void;
  onTake: (place: Place) => void;
};

const ZOOMS = [1, 1.4, 2, 3];

export function PageView({ documentId, fields, active, onPick, onTake }: Props) {
  const pages = useQuery(pagesQuery(documentId));
  const [page, setPage] = useState(1);
  const [zoom, setZoom] = useState(0);
  const [boxes, setBoxes] = useState(true);
  const cited = active?.evidence?.citations?.[0];
  useEffect(() => {
    if (cited) setPage(cited.page);
  }, [cited]);
  if (pages.isError) return <Failed error={pages.error} onRetry={() => pages.refetch()} />;
  if (!pages.data) return <Loading rows={10} />;
  const size = pages.data.items.find((one) => one.number === page);
  const last = pages.data.items.length;
  return (
    <section className={css.viewer} aria-label="Page">
      <div className={css.viewerBar} role="toolbar" aria-label="Page view">
        <Button look="quiet" icon={<ChevronLeft />} aria-label="Previous page" disabled={page <= 1} onClick={() => setPage(page - 1)} />
        <span className="num">
          Page {page} of {last}
        </span>
        <Button look="quiet" icon={<ChevronRight />} aria-label="Next page" disabled={page >= last} onClick={() => setPage(page + 1)} />
        <span className={css.space} />
        <Button look="quiet" icon={boxes ? <EyeOff /> : <Eye />} aria-label={boxes ? 'Hide the boxes' : 'Show the boxes'} aria-pressed={boxes} onClick={() => setBoxes(!boxes)} />
        <Button look="quiet" icon={<ZoomOut />} aria-label="Smaller" disabled={zoom === 0} onClick={() => setZoom(zoom - 1)} />
        <Button look="quiet" icon={<ZoomIn />} aria-label="Larger" disabled={zoom === ZOOMS.length - 1} onClick={() => setZoom(zoom + 1)} />
      </div>
      {size && (
        <Picture
          key={page}
          documentId={documentId}
          page={page}
          ratio={size.height / size.width}
          zoom={ZOOMS[zoom] ?? 1}
          fields={boxes ? fields : []}
          active={active}
          onPick={onPick}
          onTake={onTake}
        />
      )}
    </section>
  );
}

type PictureProps = Props & { page: number; ratio: number; zoom: number };
type Drag = { from: { x: number; y: number }; to: { x: number; y: number } };

/** In fractions of the page, as boxes are. */
function point(event: PointerEvent<HTMLElement>) {
  const area = event.currentTarget.getBoundingClientRect();
  return { x: (event.clientX - area.left) / area.width, y: (event.clientY - area.top) / area.height };
}

function Picture({ documentId, page, ratio, zoom, fields, active, onPick, onTake }: PictureProps) {
  const words = useQuery(wordsQuery(documentId, page)).data?.items ?? [];
  const [drag, setDrag] = useState<Drag | null>(null);
  const places = fields.flatMap((field) => (field.evidence?.citations ?? []).filter((one) => one.page === page).map((one) => ({ field, box: one.bbox })));
  const end = () => {
    if (!drag) return;
    setDrag(null);
    const chosen = taken(words, drag.from, drag.to);
    const owner = chosen.length < 2 && places.find(({ field, box }) => field.path !== active?.path && field.level !== 'fine' && holds(box, drag.to));
    const place = placeOf(chosen, page);
    if (owner) onPick(owner.field.path);
    else if (place) onTake(place);
  };
  return (
    <div className={css.pan} tabIndex={0} role="region" aria-label={`Picture of page ${page}`}>
      <div
        className={css.paper}
        style={{ width: `${zoom * 100}%`, aspectRatio: `1 / ${ratio}` }}
        onPointerDown={(event) => event.button === 0 && event.pointerType !== 'touch' && setDrag({ from: point(event), to: point(event) })}
        onPointerMove={(event) => drag && setDrag({ ...drag, to: point(event) })}
        onPointerUp={end}
      >
        <img src={imagePath(documentId, page, zoom > 1.5 ? 2400 : 1400)} alt={`Page ${page}`} draggable={false} />
        {places.map(({ field, box }) => (
          <Mark key={`${field.path}-${box.join()}`} box={box} level={field.level} active={field.path === active?.path} />
        ))}
        {drag && <Mark box={boxBetween(drag.from, drag.to)} level="drag" active={false} />}
      </div>
    </div>
  );
}

const holds = (box: Box, { x, y }: { x: number; y: number }) => x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3];

function Mark({ box, level, active }: { box: Box; level: string; active: boolean }) {
  const mark = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (active) mark.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [active]);
  const [x0, y0, x1, y1] = box.map((part) => part * 100) as [number, number, number, number];
  return (
    <span ref={mark} className={css.mark} data-level={level} data-active={active} style={{ left: `${x0}%`, top: `${y0}%`, width: `${x1 - x0}%`, height: `${y1 - y0}%` }} />
  );
}
