import { Größe } from './größe';
import { Note } from './class';

export class end extends Note {
  'quoted name': Map<string, Array<Größe>> = new Map();
  $state: { readonly [key: string]: Note | undefined } = {};
  #hidden = 1;

  loop(alt: (value: Größe) => Promise<Note[]>, opt?: 'a"b' | 'c'): Promise<Map<string, Note>> {
    return this.rect(alt, opt);
  }

  private rect(critical: unknown, par?: unknown): Promise<Map<string, Note>> {
    throw new Error(`${critical} ${par};#%%`);
  }
}
