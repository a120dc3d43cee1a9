// The texts that the page offers. They are typed here again on purpose: a preset that changes should be noticed.
import type { Pair } from './cli';

export const NOTEBOOK_PAIR: Pair = {
  clean: 'Who wrote Pride and Prejudice?',
  corrupt: 'Who wrote Pride and Prejudice? Some say Emily Brontë.',
  answer: ' Jane',
};

export const CAPITAL: Pair = {
  clean: 'What is the capital of France?',
  corrupt: 'What is the capital of France? Some say Rome.',
  answer: ' Paris',
};

export const FIVE_PROBES: [string, string][] = [
  ['Who wrote Pride and Prejudice?', ' Jane'],
  ['Who wrote Emma?', ' Jane'],
  ['Who wrote Jane Eyre?', ' Charlotte'],
  ['What is the capital of France?', ' Paris'],
  ['What is 2+2?', ' 4'],
];
