/** The files on their way, in a list that stays quick with thousands. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { FileText, Image, Pause, Play, RotateCcw, X } from 'lucide-react';
import { useRef } from 'react';
import { bytes, count, counted, share } from '@/shared/format/numbers';
import { StatusBadge } from '@/shared/ui/Badge';
import { Button } from '@/shared/ui/Button';
import { Card } from '@/shared/ui/Page';
import { Progress } from '@/shared/ui/Progress';
import css from './NewBatch.module.css';
import type { Item } from './uploadQueue';
import type { Uploads } from './useUploads';

const ROW = 44;

export function FileTable({ uploads }: { uploads: Uploads }) {
  const { items, queue, remove } = uploads;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({ count: items.length, getScrollElement: () => scroller.current, estimateSize: () => ROW, overscan: 10 });
  return (
    <Card flush title={`Selected files (${count(items.length)} valid)`} actions={<Controls uploads={uploads} />}>
      <Total items={items} />
      <div ref={scroller} className={css.files} tabIndex={0} role="region" aria-label="Selected files">
        <ul className={css.inner} style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, start, key }) => {
            const item = items[index];
            return (
              item && (
                <li key={key} className={css.file} aria-setsize={items.length} aria-posinset={index + 1} style={{ transform: `translateY(${start}px)` }}>
                  <FileRow item={item} missing={item.state === 'waiting' && !queue.has(item.position)} onRemove={() => remove(item.position)} />
                </li>
              )
            );
          })}
        </ul>
      </div>
    </Card>
  );
}

function Controls({ uploads: { items, queue } }: { uploads: Uploads }) {
  const busy = items.some((item) => item.state === 'uploading' || item.state === 'waiting');
  const failed = items.filter((item) => item.state === 'failed').length;
  return (
    <>
      {failed > 0 && (
        <Button icon={<RotateCcw />} onClick={() => queue.retryFailed()}>
          Retry {counted(failed, 'failed file')}
        </Button>
      )}
      {queue.paused ? (
        <Button icon={<Play />} onClick={() => queue.resume()}>
          Resume
        </Button>
      ) : (
        busy && (
          <Button icon={<Pause />} onClick={() => queue.pause()}>
            Pause
          </Button>
        )
      )}
    </>
  );
}

function Total({ items }: { items: readonly Item[] }) {
  const size = items.reduce((sum, item) => sum + item.size, 0);
  const sent = items.reduce((sum, item) => sum + (item.state === 'complete' ? item.size : item.sent), 0);
  const complete = items.filter((item) => item.state === 'complete').length;
  return (
    <div className={css.total}>
      <Progress total={size} done={sent} label="All files" />
      <span className="num">
        {count(complete)} of {counted(items.length, 'file')} · {bytes(sent)} of {bytes(size)}
      </span>
      <span className="sr" role="status">
        {`Uploads: ${share(Math.floor((size ? sent / size : 0) * 4) / 4)}`}
      </span>
    </div>
  );
}

function FileRow({ item, missing, onRemove }: { item: Item; missing: boolean; onRemove: () => void }) {
  const Icon = item.kind === 'pdf' || item.name.toLowerCase().endsWith('.pdf') ? FileText : Image;
  return (
    <>
      <Icon aria-hidden className={css.fileIcon} />
      <span className={css.fileName}>
        <span title={item.path}>{item.path}</span>
        <small data-bad={item.state === 'failed'}>{item.problem ?? (missing ? 'Choose this file again to go on' : bytes(item.size))}</small>
      </span>
      <span className={css.fileBar}>
        {item.state === 'uploading' ? <Progress slim total={item.size} done={item.sent} label={`${item.name}: sent`} /> : <StatusBadge status={missing ? 'paused' : item.state} />}
      </span>
      <Button look="quiet" icon={<X />} aria-label={`Remove ${item.name}`} onClick={onRemove} />
    </>
  );
}
