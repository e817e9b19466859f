/** The head of a column that can be sorted by: pressed once it sorts, pressed again it turns round. */
import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import css from './SortHead.module.css';

type Props<S extends string> = {
  by: string;
  sort: S;
  onSort: (sort: S) => void;
  className?: string;
  children: ReactNode;
};

export function SortHead<S extends string>({ by, sort, onSort, className, children }: Props<S>) {
  const direction = sort === by ? 'ascending' : sort === `-${by}` ? 'descending' : 'none';
  return (
    <th aria-sort={direction} className={className}>
      <button type="button" className={css.sort} onClick={() => onSort((direction === 'ascending' ? `-${by}` : by) as S)}>
        {children}
        {direction === 'ascending' && <ArrowUp aria-hidden />}
        {direction === 'descending' && <ArrowDown aria-hidden />}
      </button>
    </th>
  );
}
