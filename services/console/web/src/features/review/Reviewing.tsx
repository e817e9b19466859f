/** The two halves, page and fields, and the keys that work in both. */
import { Check, History, Keyboard, Save, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { createPortal } from 'react-dom';
import type { Place, ReviewableResult } from '@/shared/api/client';
import { KeysDialog } from '@/shared/keys/KeysDialog';
import { Button } from '@/shared/ui/Button';
import { ConflictDialog } from './ConflictDialog';
import { FieldList } from './FieldList';
import { PageView } from './PageView';
import css from './Review.module.css';
import { parsed } from './fields';
import { useReview } from './useReview';
import { useReviewKeys } from './useReviewKeys';
import { VersionsDialog } from './VersionsDialog';

type Props = { result: ReviewableResult; actions: HTMLElement | null };

export function Reviewing({ result, actions }: Props) {
  const review = useReview(result);
  const [open, setOpen] = useState<'keys' | 'versions' | null>(null);
  useReviewKeys(review);
  const field = review.fields.find((one) => one.path === review.active);
  const put = (place: Place) => {
    if (!field) return;
    const value = parsed(place.text ?? '', field.kind);
    review.act({ action: 'set', path: field.path, value: value === undefined ? place.text : value, place });
  };
  const { conflict, takeTheirs, close } = review.solving;
  return (
    <>
      {actions && createPortal(<Actions result={result} review={review} onOpen={setOpen} />, actions)}
      <div className={css.halves}>
        <PageView documentId={result.document_id} fields={review.fields} active={field} onPick={review.goTo} onTake={put} />
        <FieldList result={result} review={review} />
      </div>
      {open === 'keys' && <KeysDialog onClose={() => setOpen(null)} />}
      {open === 'versions' && <VersionsDialog documentId={result.document_id} onClose={() => setOpen(null)} />}
      {conflict && <ConflictDialog text={conflict.text} differences={conflict.differences} onTake={takeTheirs} onClose={close} />}
    </>
  );
}

type ActionProps = { result: ReviewableResult; review: ReturnType<typeof useReview>; onOpen: (dialog: 'keys' | 'versions') => void };

function Actions({ result, review, onOpen }: ActionProps) {
  const { edits, saving, discard } = review;
  return (
    <>
      <Button look="quiet" icon={<Keyboard />} aria-label="Keys" title="Keys (?)" onClick={() => onOpen('keys')} />
      <Button look="quiet" icon={<History />} onClick={() => onOpen('versions')}>
        Version {result.version}
      </Button>
      {edits.length > 0 && (
        <>
          <Button icon={<Undo2 />} onClick={discard}>
            Discard
          </Button>
          <Button icon={<Save />} busy={saving.isPending} onClick={() => saving.mutate({ approve: false, next: false })}>
            Save
          </Button>
        </>
      )}
      <Button look="primary" icon={<Check />} busy={saving.isPending} disabled={result.read_again} onClick={() => saving.mutate({ approve: true, next: true })}>
        Approve and next
      </Button>
    </>
  );
}
