/** Prompts to begin with: those of the document types. */
import { useQuery } from '@tanstack/react-query';
import { Button } from '@/shared/ui/Button';
import { typesQuery } from './api';
import css from './NewBatch.module.css';

export function Templates({ onTake }: { onTake: (prompt: string) => void }) {
  const types = useQuery(typesQuery);
  return (
    <div className={css.templates} role="group" aria-label="Templates">
      {types.data?.items.map((type) => (
        <Button key={type.code} onClick={() => onTake(type.prompt)}>
          {type.title}
        </Button>
      ))}
    </div>
  );
}
