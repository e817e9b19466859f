/** The button under a list that has more to show. */
import { Button } from './Button';
import table from './table.module.css';

type Props = { query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> } };

export function More({ query }: Props) {
  if (!query.hasNextPage) return null;
  return (
    <div className={table.foot}>
      <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        Show more
      </Button>
    </div>
  );
}
