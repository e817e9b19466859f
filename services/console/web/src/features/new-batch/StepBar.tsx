/** Where one is in the wizard, and back to what is done. */
import { Check } from 'lucide-react';
import { capital } from '@/shared/format/numbers';
import css from './NewBatch.module.css';

export const STEPS = ['files', 'prompts', 'review'] as const;
export type Step = (typeof STEPS)[number];

export function StepBar({ step, reachable, onGo }: { step: Step; reachable: (step: Step) => boolean; onGo: (step: Step) => void }) {
  const now = STEPS.indexOf(step);
  return (
    <nav aria-label="Steps">
      <ol className={css.steps}>
        {STEPS.map((name, index) => (
          <li key={name} data-done={index < now}>
            <button type="button" aria-current={name === step ? 'step' : undefined} disabled={!reachable(name)} onClick={() => onGo(name)}>
              <span aria-hidden>{index < now ? <Check /> : index + 1}</span>
              {capital(name)}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
