/** Forward by the list's cursor, back by the browser's own history. */
import { Button } from './Button';
import table from './table.module.css';

type Props = { cursor: string | undefined; next: string | null | undefined; onGo: (cursor: string | undefined) => void };

export function Pager({ cursor, next, onGo }: Props) {
  if (!cursor && !next) return null;
  return (
    <div className={table.foot}>
      <Button disabled={!cursor} onClick={() => onGo(undefined)}>
        First page
      </Button>
      <Button disabled={!next} onClick={() => onGo(next ?? undefined)}>
        Next page
      </Button>
    </div>
  );
}
