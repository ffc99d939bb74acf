import { Größe } from './größe';

export abstract class Note<T extends Größe = Größe> {
  abstract title: string;
  size?: T;

  static of<T extends Größe>(size: T): Note<T> | null {
    return null;
  }
}
