/** Says so when documents wait for the model, and until when: nothing is lost, and nobody has to do anything. */
import { useQuery } from '@tanstack/react-query';
import { Hourglass } from 'lucide-react';
import { answerOf, getApiModel } from '@/shared/api/client';
import { Card } from '@/shared/ui/Page';
import { When } from '@/shared/ui/When';
import css from './BatchCounts.module.css';

const LOOK_EVERY_MS = 10_000;

export function ModelNotice() {
  const { data } = useQuery({ queryKey: ['model'], queryFn: ({ signal }) => answerOf(getApiModel({ signal })), refetchInterval: LOOK_EVERY_MS });
  if (data?.state !== 'waiting' && data?.state !== 'throttled') return null;
  return (
    <Card>
      <p className={css.error}>
        <Hourglass aria-hidden />
        <span>
          <strong>{data.state === 'waiting' ? 'The model does not answer.' : 'The model takes fewer calls at the moment.'}</strong> Documents wait for it and go on
          by themselves
          {data.until && (
            <>
              ; it is tried again <When at={data.until} />
            </>
          )}
          .
        </span>
      </p>
    </Card>
  );
}
